// `npm run test:compose`: builds the images and tests them; then brings Compose up from nothing five times; then runs the
// end-to-end suite against docker-compose.yml, through its gateway, first with standard and then with FIFO queues; then
// follows runbooks with Prometheus and Alertmanager.
// `npm run test:compose -- images` (or cold, standard, fifo, observe) runs that part alone; names of test files after it run those.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labProgram } from './lab-program.mjs'

const PARTS = ['images', 'cold', 'standard', 'fifo', 'observe']
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const args = process.argv.slice(2)
const asked = PARTS.filter((part) => args.includes(part))
const files = args.filter((argument) => !PARTS.includes(argument))

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
if (run('docker', ['compose', 'build', '--quiet']) !== 0) process.exit(1)

const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand']
/** @param {readonly string[]} more @param {string} queues */
const test = (more, queues = 'standard') =>
  run(join(root, 'node_modules/.bin/node'), [...jest, '--testTimeout', '180000', ...more], {
    COMANDA_TARGET: 'compose',
    COMANDA_QUEUES: queues,
  })
const ofDocker = ['--testMatch', '**/dist/{test/docker,live}/*.docker-test.js']
const suite = files.length > 0 ? files : ['e2e/dist/test/[^/]*\\.e2e\\.test\\.js$']

/** Parts that are no end-to-end suite, and the names of their files. */
const ofItsOwn = { images: 'images', cold: 'cold-start', observe: 'compose' }

const titles = {
  images: 'the images',
  cold: 'five cold starts',
  standard: 'the end-to-end suite on Docker Compose, standard queues',
  fifo: 'the end-to-end suite on Docker Compose, FIFO queues',
  observe: 'the profile observe, and three runbooks',
}
let failed = false
for (const part of asked.length > 0 ? asked : PARTS) {
  console.log(`── ${titles[part]}`)
  const own = ofItsOwn[part]
  const status = own === undefined ? test(suite, part) : test([`${own}\\.docker-test`, ...ofDocker])
  failed = status !== 0 || failed
  if (part !== 'images') continue
  if (labProgram('syft') === undefined)
    console.log('Left out: the bills of materials, since there is no syft.')
  else failed = run(process.execPath, ['scripts/image-boms.mjs']) !== 0 || failed
}
process.exit(failed ? 1 : 0)
