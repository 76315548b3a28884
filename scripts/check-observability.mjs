// Binds alerts, runbooks, metrics and dashboards, and runs the tests of the rules where promtool is.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkObservability } from '../observability/dist/src/checks/check-observability.js'
import { labProgram } from './lab-program.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { findings, looked } = await checkObservability()
for (const finding of findings) console.error(`FAILED: ${finding}`)
console.log(`observability: ${looked}, ${findings.length} findings`)

const promtool = labProgram('promtool')
let failed = findings.length > 0
if (promtool === undefined) console.log('promtool: not on PATH, so the tests of the rules are left out')
else {
  const folder = join(root, 'observability/rule-tests')
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml'))
  const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', ...files], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) console.error(stdout + stderr)
  console.log(`promtool: the tests of ${files.length} alerts ${status === 0 ? 'pass' : 'FAILED'}`)
  failed = failed || status !== 0
}
process.exit(failed ? 1 : 0)
