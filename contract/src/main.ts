import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInstallation } from './installation.js'
import { judgeContract } from './judge-contract.js'
import { parseOptions } from './options.js'

/** `npm run test:contract`: exit code 0 only where no check failed and enough was asked. */
const folder = await mkdtemp(join(tmpdir(), 'comanda-contract-'))
try {
  const options = parseOptions(process.argv.slice(2))
  const target = await startInstallation()
  try {
    const verdict = await judgeContract(target, folder, options)
    console.log(`\n${verdict.lines.join('\n')}`)
    process.exitCode = verdict.passed ? 0 : 1
  } finally {
    await target.stop()
  }
} catch (error) {
  console.error(Error.isError(error) ? error.message : error)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
