import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createQueues } from './sqs.js'
import type { Queues } from './sqs.js'

/** Names under which jest's global setup hands its servers to the test files. */
export const POSTGRES_URL = 'COMANDA_TEST_POSTGRES_URL'
export const SQS_ENDPOINT = 'COMANDA_TEST_SQS_ENDPOINT'
export const TEMPLATE_DATABASE = 'comanda_template'

/** A database of one test file, with every migration applied. */
export interface TestDatabase {
  /** Superuser URL. */
  readonly url: string
  /** URL of a login that has only the rights of a service's role, like `comanda_order_api`. */
  urlAs(role: 'comanda_order_api' | 'comanda_order_worker' | 'comanda_notifier'): string
  drop(): Promise<void>
}

/** Creates a database from the migrated template: about 50 ms instead of the migrations' time. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = required(POSTGRES_URL)
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(server, `create database ${name} template ${TEMPLATE_DATABASE}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    urlAs: (role) => {
      const as = new URL(url)
      as.username = `${role}_login`
      return as.href
    },
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  }
}

/** Creates queues of one test file on the shared emulator. */
export function createTestQueues(options: Parameters<typeof createQueues>[1] = {}): Promise<Queues> {
  return createQueues(required(SQS_ENDPOINT), { prefix: `t${randomBytes(6).toString('hex')}-`, ...options })
}

/** Runs one statement as superuser on its own connection. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing: run the tests through jest's configuration`)
  return value
}
