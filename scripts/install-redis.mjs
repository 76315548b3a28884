// Brings Debian's redis-server for the tests of counts that replicas share. Fails where there is none and apt cannot be used.
import { spawnSync } from 'node:child_process'

const APT_TIMEOUT_MS = 120_000
// Runlevel 1: the package starts no server by itself.
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }

function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore', env: environment, timeout: APT_TIMEOUT_MS }).status === 0
}

const isThere = () => succeeds('redis-server', '--version')
const install = () => succeeds('apt-get', 'install', '-y', '--no-install-recommends', 'redis-server')

if (!isThere() && !(install() || (succeeds('apt-get', 'update') && install()))) {
  console.error('redis-server is not there and cannot be installed with apt-get: these tests need it')
  process.exitCode = 1
}
