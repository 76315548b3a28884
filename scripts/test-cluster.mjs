// `npm run test:cluster`: builds the images, gives them to the cluster of the current kube context, and runs the end-to-end suite
// through the chart's gateway, then what only a cluster can show: rollouts, evictions, upgrades under load.
// The context must look local, or be named by COMANDA_CLUSTER_CONTEXT. Names of test files as arguments run those alone.
//   COMANDA_LOAD_IMAGES  command that gives images to the cluster; known for kind, k3d, minikube and Docker Desktop
//   COMANDA_IMAGE_TAG    tag of images that the cluster has already, and with `-next` those of the next release; nothing is built then
//   COMANDA_ROLLOUTS     rounds of rollouts (5)
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireLocalContext } from '../e2e/dist/src/cluster/local-context.js'
import { DEVELOPMENT_IMAGES } from './cluster-images.mjs'
import { makeNextRelease } from './next-release.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const TAG = 'cluster-test'
const SERVICES = ['order-api', 'order-worker', 'notifier']
const IMAGES = [...SERVICES, 'issuer']

/** @param {string} command @param {readonly string[]} args @param {Record<string, string>} environment */
function run(command, args, environment = {}) {
  const env = { ...process.env, ...environment }
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (error) console.error(`comanda: could not start ${command}: ${error.message}`)
  return status ?? 1
}

/** What gives images to a cluster, by the name of its context. @param {string} context */
function loader(context) {
  const given = process.env['COMANDA_LOAD_IMAGES']
  if (given) return given.split(' ')
  if (context.startsWith('kind-'))
    return ['kind', 'load', 'docker-image', '--name', context.slice('kind-'.length)]
  if (context.startsWith('k3d-')) return ['k3d', 'image', 'import', '--cluster', context.slice('k3d-'.length)]
  if (context === 'minikube') return ['minikube', 'image', 'load']
  if (context === 'docker-desktop') return []
  throw new Error(`How does the cluster of ${context} get images? Set COMANDA_LOAD_IMAGES to a command.`)
}

/** Builds images of the sources in a folder. @param {readonly string[]} targets @param {string} folder @param {string} tag */
function build(targets, folder, tag) {
  return targets.map((target) => {
    const image = `comanda/${target}:${tag}`
    const dockerfile = join(folder, 'services/Dockerfile')
    if (run('docker', ['build', '-q', '-f', dockerfile, '--target', target, '-t', image, folder]) !== 0)
      throw new Error(`${image} was not built.`)
    return image
  })
}

/** Builds the images, and those of the next release where a test is for it, and gives them to the cluster. @param {string} context @param {string} next */
function provide(context, next) {
  const upgraded = files.length === 0 || files.some((file) => file.includes('upgrade'))
  const ofNext = upgraded ? build(SERVICES, next, `${TAG}-next`) : []
  const images = [...build(IMAGES, root, TAG), ...ofNext, ...DEVELOPMENT_IMAGES]
  const [command, ...args] = loader(context)
  if (command && run(command, [...args, ...images]) !== 0)
    throw new Error('The cluster did not take the images.')
}

const files = process.argv.slice(2)
let next = ''
process.once('exit', () => {
  if (next) rmSync(next, { recursive: true, force: true })
})
try {
  const { name } = await requireLocalContext()
  next = makeNextRelease()
  if (!process.env['COMANDA_IMAGE_TAG']) provide(name, next)
} catch (error) {
  console.error(`comanda: ${error.message}`)
  process.exit(1)
}
const suite = files.length > 0 ? files : ['e2e/dist/test/.*\\.e2e\\.test\\.js$', 'e2e/dist/test/cluster/']
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand']
const matching = [
  '--testMatch',
  '**/dist/test/**/*.e2e.test.js',
  '--testMatch',
  '**/dist/test/cluster/*.cluster-test.js',
  // Pods have no way to a receiver of this process; the same code is traced on the other two targets.
  '--testPathIgnorePatterns',
  'traces\\.e2e',
]
process.exit(
  run(
    join(root, 'node_modules/.bin/node'),
    [...jest, '--testTimeout', '240000', ...matching, '--', ...suite],
    {
      COMANDA_TARGET: 'cluster',
      COMANDA_IMAGE_TAG: process.env['COMANDA_IMAGE_TAG'] ?? TAG,
      COMANDA_NEXT_CHART: join(next, 'charts/comanda'),
    },
  ),
)
