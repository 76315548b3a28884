// `npm run test:gateway`: the chart's policies in front of a real Envoy Gateway on this machine, one test a policy. Needs helm, and a script that
// starts Envoy Gateway on files (`SCRIPT start DIR STATE`, `SCRIPT stop STATE`), which COMANDA_EDGE_EG names.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const script = process.env['COMANDA_EDGE_EG'] ?? join(root, '../shared/lab/edge-eg.sh')
if (!existsSync(script)) {
  console.error('comanda: COMANDA_EDGE_EG must name the script that starts Envoy Gateway.')
  process.exit(1)
}
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand']
const matching = ['--testTimeout', '120000', '--testMatch', '**/dist/test/gateway/*.gateway-test.js']
const env = { ...process.env, COMANDA_EDGE_EG: script }
const node = join(root, 'node_modules/.bin/node')
process.exit(spawnSync(node, [...jest, ...matching], { cwd: root, stdio: 'inherit', env }).status ?? 1)
