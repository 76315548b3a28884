// `npm run test:observe`: a real Prometheus over the live services of the embedded size, under replay and under faults.
// Needs the program `prometheus`, on PATH or under COMANDA_LAB/bin.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labProgram } from './lab-program.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const prometheus = labProgram('prometheus')
if (prometheus === undefined) {
  console.error(
    'comanda: "prometheus" is neither on PATH nor under COMANDA_LAB/bin; it is what this suite runs on.',
  )
  process.exit(1)
}
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand']
const { status } = spawnSync(
  join(root, 'node_modules/.bin/node'),
  [...jest, '--testMatch', '**/observability/dist/live/**/*.test.js', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, COMANDA_PROMETHEUS: prometheus } },
)
process.exit(status ?? 1)
