/**
 * What a Postgres failure means for the work in hand.
 *
 * - `conflict`: another transaction was in the way (serialization, deadlock, lock time-out); the same work may succeed at once.
 * - `away`: the server cannot be used now (connection, start-up, shut-down, read-only after a fail-over, out of
 *   resources, a refused log-in, no such database); wait, and take no new work.
 * - `value`: SQLSTATE class 22, a value that Postgres refuses whatever the state: final for a message alone.
 * - `defect`: anything else (missing table, no permission, violated constraint, a bug): never ends an order.
 */
export type FailureKind = 'conflict' | 'away' | 'value' | 'defect'

const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', '55P03'])

/**
 * Codes outside classes 08, 53 and 57 that mean "not now": read-only transaction, idle-in-transaction time-out; and those
 * of a connection that the server refuses (a password that is being rotated, a database that is being restored).
 */
const AWAY: ReadonlySet<string> = new Set(['25006', '25P03', '28000', '28P01', '3D000'])

/** Query cancelled by statement_timeout: the statement was too slow, which says nothing about the server. */
const QUERY_CANCELED = '57014'

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
])

/** Messages that pg throws without a code when the connection is gone or cannot be had in time. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/

/** Classifies an error that a query or a connection attempt threw (PostgreSQL documentation, appendix A). */
export function classifyFailure(error: unknown): FailureKind {
  if (!Error.isError(error)) return 'defect'
  const { code, errors } = error as { code?: unknown; errors?: unknown }
  // Node tries every address of a host and throws what became of each.
  if (Array.isArray(errors))
    return errors.every((inner) => classifyFailure(inner) === 'away') ? 'away' : 'defect'
  if (typeof code === 'string') {
    if (CONFLICTS.has(code)) return 'conflict'
    if (code === QUERY_CANCELED) return 'conflict'
    if (AWAY.has(code) || NETWORK_CODES.has(code) || /^(08|53|57)/.test(code)) return 'away'
    if (/^22.{3}$/.test(code)) return 'value'
  }
  return CONNECTION_MESSAGES.test(error.message) ? 'away' : 'defect'
}
