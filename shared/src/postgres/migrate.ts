import { fileURLToPath } from 'node:url'

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url))

/**
 * Brings a database to the newest schema and resolves with the names of the migrations that ran (none when it was up
 * to date). Safe to run twice and at the same time as another run, which it waits for. `databaseUrl` is that of the
 * schema's owner, not of a service.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  // Loaded only here: it costs every service that runs 6 MB.
  const { runner } = await import('node-pg-migrate')
  const applied = await runner({
    databaseUrl,
    dir: MIGRATIONS,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
  return applied.map(({ name }) => name)
}
