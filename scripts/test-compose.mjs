// `npm run test:compose`: builds the images and runs the end-to-end suite against docker-compose.yml, through its gateway,
// first with standard and then with FIFO queues. Names of test files as arguments run those alone.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const files = process.argv.slice(2)

/** @param {string} command @param {readonly string[]} args @param {Record<string, string>} environment */
function run(command, args, environment = {}) {
  const env = { ...process.env, ...environment }
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (error) console.error(`comanda: could not start ${command}: ${error.message}`)
  return status ?? 1
}

const engine = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' })
if (engine.status !== 0) {
  console.error('comanda: "docker compose" does not answer; it is what this suite runs on.')
  process.exit(1)
}
if (run('docker', ['compose', 'build']) !== 0) process.exit(1)

const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand']
const suite = files.length > 0 ? files : ['e2e/dist/test/.*\\.e2e\\.test\\.js$']
let failed = false
for (const queues of ['standard', 'fifo']) {
  console.log(`── the end-to-end suite on Docker Compose, ${queues} queues`)
  const environment = { COMANDA_TARGET: 'compose', COMANDA_QUEUES: queues }
  failed =
    run(join(root, 'node_modules/.bin/node'), [...jest, '--testTimeout', '180000', ...suite], environment) !==
      0 || failed
}
process.exit(failed ? 1 : 0)
