// Makes `npm start`, `npm test` and the other commands work on a bare clone: installs what the lockfile names when
// node_modules is missing or older, then builds. Runs on any Node >= 20, since it runs before Node 24 is there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Runs a program in the project's root and stops this script with its exit code when it fails. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (error) {
    console.error(`comanda: could not start ${command}: ${error.message}`)
    process.exit(1)
  }
  if (status !== 0) {
    console.error(`comanda: "${[command, ...args].join(' ')}" failed with exit code ${status}.`)
    process.exit(status ?? 1)
  }
}

/** Names of the installed packages whose install scripts may run. */
function reviewedAndInstalled() {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.keys(allowScripts).filter(
    (name) => allowScripts[name] && existsSync(join(root, 'node_modules', name)),
  )
}

const installed = join(root, 'node_modules/.package-lock.json')
const node = join(root, 'node_modules/.bin/node')
const isInstalled =
  existsSync(installed) &&
  statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs &&
  // The last thing that an installation brings.
  existsSync(node)
if (!isInstalled) {
  console.log('comanda: installing the packages that package-lock.json names ...')
  // Only reviewed install scripts run. npm itself knows `allowScripts` from version 11 on, older ones would run them all.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  run('npm', ['rebuild', '--no-audit', '--no-fund', '--loglevel=error', ...reviewedAndInstalled()])
}

run(node, [join(root, 'node_modules/typescript/bin/tsc'), '-b'])
