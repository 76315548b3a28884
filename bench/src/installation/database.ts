import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { administer, createServiceLogins, startPostgres } from '@comanda/e2e/embedded'
import { migrate } from '@comanda/shared/postgres'
import { createTemporaryFolder } from '../host/temporary-folder.js'

export type ServiceRole = 'comanda_order_api' | 'comanda_order_worker' | 'comanda_notifier'

/** A database with every migration applied. */
export interface BenchDatabase {
  /** Superuser URL. */
  readonly url: string
  urlAs(role: ServiceRole): string
}

export interface DatabaseServer {
  readonly version: string
  /** Process id of the postmaster; its children do the work. */
  readonly pid: number
  /** A fresh database; `prepare` runs in it first. */
  create(name: string): Promise<BenchDatabase>
  stop(): Promise<void>
}

const TEMPLATE = 'bench_template'

/**
 * Starts a Postgres of the bench's own: durable, as in production, and it keeps when each transaction was committed
 * (track_commit_timestamp), so that "stored" is measured at the commit and not where somebody looked, and how often each
 * statement ran for whom (pg_stat_statements, as managed servers do).
 * `flushDelayUs` makes every commit that much slower, as on a cloud disk or with a synchronous standby.
 */
export async function startDatabaseServer(options: {
  readonly flushDelayUs: number
}): Promise<DatabaseServer> {
  const folder = createTemporaryFolder()
  // As root, Postgres runs as another user, who has to be able to enter.
  await chmod(folder.path, 0o711)
  const dataDir = join(folder.path, 'postgres')
  const first = await startPostgres({ dataDir })
  await administer(first.url('postgres'), 'alter system set track_commit_timestamp = on')
  await administer(first.url('postgres'), `alter system set commit_delay = ${options.flushDelayUs}`)
  await administer(first.url('postgres'), 'alter system set commit_siblings = 0')
  await administer(first.url('postgres'), 'alter system set shared_preload_libraries = pg_stat_statements')
  await first.stop()

  const server = await startPostgres({ dataDir })
  // Runs in a process group of its own: however the bench ends, it must not stay behind.
  const leaveNothing = () => {
    void server.kill()
  }
  process.prependOnceListener('exit', leaveNothing)
  await administer(server.url('postgres'), `create database ${TEMPLATE}`)
  await administer(server.url(TEMPLATE), 'create extension pg_stat_statements')
  await migrate(server.url(TEMPLATE))
  await createServiceLogins(server.url('postgres'))
  const [{ server_version }] = (await query(server.url('postgres'), 'show server_version')) as [
    { server_version: string },
  ]
  return {
    version: server_version,
    pid: Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n', 1)[0]),
    create: async (name) => {
      await administer(server.url('postgres'), `drop database if exists ${name} with (force)`)
      await administer(server.url('postgres'), `create database ${name} template ${TEMPLATE}`)
      const url = server.url(name)
      return {
        url,
        urlAs: (role) => {
          const as = new URL(url)
          as.username = `${role}_login`
          return as.href
        },
      }
    },
    stop: async () => {
      process.off('exit', leaveNothing)
      await server.stop()
      folder.remove()
    },
  }
}

/** Runs one statement as superuser on a connection of its own and resolves with its rows. */
export async function query(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement, [...values])).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}
