import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookAtPage } from './docs-page.js'
import { startInstallation } from './installation.js'

/** `npm run test:docs`: the page loads from the service alone and nothing complains. `--screenshot FILE` keeps the picture. */
const given = process.argv.indexOf('--screenshot')
const folder = await mkdtemp(join(tmpdir(), 'comanda-docs-'))
const target = await startInstallation()
try {
  const picture = given < 0 ? undefined : process.argv[given + 1]
  const report = await lookAtPage(`${target.apiUrl}/docs`, picture ?? join(folder, 'docs.png'))
  const document = (await (await fetch(`${target.apiUrl}/openapi.json`)).json()) as {
    paths: Record<string, object>
  }
  const described = Object.values(document.paths).reduce(
    (sum, methods) => sum + Object.keys(methods).length,
    0,
  )
  const failures = [
    ...report.complaints,
    ...report.hosts.filter((host) => host !== new URL(target.apiUrl).host).map((host) => `asked ${host}`),
    ...(report.operations === described ? [] : [`shows ${report.operations} of ${described} operations`]),
  ]
  for (const failure of failures) console.error(`docs: FAILED: ${failure}`)
  console.log(`docs: ${report.operations} operations shown, ${failures.length} complaints`)
  process.exitCode = failures.length === 0 ? 0 : 1
} finally {
  await target.stop()
  await rm(folder, { recursive: true, force: true })
}
