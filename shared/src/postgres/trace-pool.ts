import type pg from 'pg'
import type { Span, Tracing } from '../tracing/tracing.js'
import { summaryOf } from './query-summary.js'

/** What a query is asked by: its text, or an object with it. */
type Asked = string | { readonly name?: string | undefined; readonly text: string }

/**
 * Traces the statements of a pool that are asked for within an active span; sweeps and figures begin no traces. One that
 * goes through the pool includes its wait for a connection. Returns the same pool.
 */
export function tracePool(pool: pg.Pool, tracing: Tracing | undefined, databaseUrl: string): pg.Pool {
  if (tracing === undefined) return pool
  const start = (asked: Asked): Span | undefined => {
    if (!tracing.isActive) return undefined
    const { summary, operation } = summaryOf(asked)
    return tracing.start(summary, {
      kind: 'client',
      attributes: {
        ...database,
        'db.operation.name': operation,
        'db.query.summary': summary,
      },
    })
  }
  const database = databaseOf(databaseUrl)
  // The promise forms alone: pg itself uses those with callbacks, inside of the others.
  const overridden = pool as unknown as Overridable
  const { query, connect } = overridden
  overridden.query = (...args) => traced(start(args[0] as Asked), () => query.apply(pool, args))
  overridden.connect = async (...args) => {
    const taken = connect.apply(pool, args)
    if (args.length > 0) return taken
    const client = (await taken) as Overridable & { release: (broken?: boolean | Error) => void }
    if (!tracing.isActive) return client
    const { query: clientQuery, release } = client
    client.query = (...asked) =>
      isPromiseForm(asked)
        ? traced(start(asked[0] as Asked), () => clientQuery.apply(client, asked))
        : clientQuery.apply(client, asked)
    client.release = (broken) => {
      client.query = clientQuery
      release(broken)
    }
    return client
  }
  return pool
}

type Method = (...args: unknown[]) => unknown
interface Overridable {
  query: Method
  connect: Method
}

function isPromiseForm(args: readonly unknown[]): boolean {
  const asked = args[0]
  const isText = typeof asked === 'string'
  // Anything else is a query object of its own (a cursor, a COPY).
  const isConfig = typeof asked === 'object' && asked !== null && 'text' in asked && !('submit' in asked)
  return (isText || isConfig) && typeof args.at(-1) !== 'function'
}

async function traced(span: Span | undefined, query: () => unknown): Promise<unknown> {
  if (span === undefined) return query()
  try {
    return await query()
  } catch (error) {
    const { code } = error as { code?: unknown }
    span.fail(typeof code === 'string' ? code : 'no_answer')
    throw error
  } finally {
    span.end()
  }
}

function databaseOf(databaseUrl: string) {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return {
    'db.system.name': 'postgresql',
    'db.namespace': pathname.slice(1),
    'server.address': hostname,
    'server.port': Number(port || 5_432),
  } as const
}
