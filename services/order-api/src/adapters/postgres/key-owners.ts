import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  circuitBreaker,
  handleAll,
} from 'cockatiel'
import type { Pool } from 'pg'
import type { KeyClaim, KeyOwners } from '../../domain/ports.js'
import { KEY_OWNERS } from './statements.js'

/** How a lookup ended: `skipped` without asking, because the breaker is open. */
export type KeyLookupOutcome = 'answered' | 'skipped' | 'too_slow' | 'failed'

export interface KeyOwnersOptions {
  /** A pool of its own: lookups must neither wait behind reads nor hold connections that reads need. */
  readonly pool: Pick<Pool, 'query'>
  /** Orders wait for the lookup no longer than this. */
  readonly budgetMs: number
  readonly onOutcome: (outcome: KeyLookupOutcome) => void
  readonly onBreaker: (open: boolean) => void
}

/** Failed or slow lookups in a row that open the breaker, and how long it then stays open: a second, growing to ten. */
const FAILURES_TO_OPEN = 5
const REOPEN_AFTER = new ExponentialBackoff({ initialDelay: 1_000, maxDelay: 10_000 })

const TOO_SLOW = Symbol('too slow')

interface OwnerRow {
  readonly account_id: string
  readonly actor: string
  readonly key: string
  readonly order_id: string
}

/** Looks keys up with one statement for all, inside a budget and behind a breaker. */
export function createPostgresKeyOwners(options: KeyOwnersOptions): KeyOwners {
  const { pool, budgetMs, onOutcome, onBreaker } = options
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: REOPEN_AFTER,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  })
  breaker.onStateChange((state) => onBreaker(state === CircuitState.Open))

  return {
    async ownersOf(claims) {
      try {
        const rows = await breaker.execute(() => withinBudget(lookUp(pool, claims), budgetMs))
        onOutcome('answered')
        if (rows.length === 0) return claims.map(() => undefined)
        const owners = new Map(
          rows.map((row) => [ownerKey(row.account_id, row.actor, row.key), row.order_id]),
        )
        return claims.map(({ account, actor, key }) => owners.get(ownerKey(account, actor, key)))
      } catch (error) {
        onOutcome(
          error instanceof BrokenCircuitError ? 'skipped' : error === TOO_SLOW ? 'too_slow' : 'failed',
        )
        return undefined
      }
    },
  }
}

async function lookUp(pool: Pick<Pool, 'query'>, claims: readonly KeyClaim[]): Promise<OwnerRow[]> {
  const { rows } = await pool.query<OwnerRow>({
    name: 'key-owners',
    text: KEY_OWNERS,
    values: [
      claims.map(({ account }) => account),
      claims.map(({ actor }) => actor),
      claims.map(({ key }) => key),
    ],
  })
  return rows
}

function withinBudget<T>(promise: Promise<T>, budgetMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a sign, never shown: no stack is paid for it
    const timer = setTimeout(() => reject(TOO_SLOW), budgetMs)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function ownerKey(account: string, actor: string, key: string): string {
  return JSON.stringify([account, actor, key])
}
