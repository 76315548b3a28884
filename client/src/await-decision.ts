import { ComandaError } from './comanda-error.js'
import { pause, pauseMsAfter } from './pause.js'
import { retryAfterMsOf } from './retry-after.js'
import { send } from './send.js'
import type { Bounds, Wire } from './send.js'
import type { DecidedOrder, ShownOrder } from './types.js'

/** An order that has its 202: it is in the queue for good and will be decided. */
export interface PlacedOrder {
  readonly id: string
  /** Proves the order until its row can be read; with the id, all that a later look needs. */
  readonly receipt: string
  readonly idempotencyKey: string
  /** The API knew the order already. */
  readonly replayed: boolean
  /** Attempts that placing took. */
  readonly attempts: number
}

/** How an order stood when the wait for its decision ended. */
export type Decision =
  | { readonly decided: true; readonly order: DecidedOrder }
  /** The deadline came first. The last known state: undefined where none could be read since the 202. */
  | { readonly decided: false; readonly order: ShownOrder | undefined }

/** Longest wait that the API takes on, in seconds. */
const LONGEST_WAIT_SECONDS = 20

/** Answers to a waiting request that come sooner were not waited for, as from an API that is being stopped. */
const SOON_MS = 500

/**
 * Waits until the worker has decided the order, by requests that the API answers when something changes. A store that
 * cannot be read is waited for as well. Rejects where the order may not be read, or with the signal's reason.
 */
export async function awaitDecision(
  wire: Wire,
  { id, receipt }: Pick<PlacedOrder, 'id' | 'receipt'>,
  bounds: Bounds,
): Promise<Decision> {
  const { deadlineAt, signal } = bounds
  let order: ShownOrder | undefined
  let tag = '"0"'
  let early = 0
  for (;;) {
    const startedAt = performance.now()
    const leftMs = deadlineAt - startedAt
    if (leftMs <= 0) return { decided: false, order }
    const waitSeconds = Math.min(LONGEST_WAIT_SECONDS, Math.max(1, Math.ceil(leftMs / 1_000)))
    const request = {
      method: 'GET',
      path: `/v1/orders/${encodeURIComponent(id)}?receipt=${encodeURIComponent(receipt)}`,
      headers: { 'if-none-match': tag, prefer: `wait=${waitSeconds}` },
    } as const
    try {
      const answer = await send(wire, request, {
        signal,
        deadlineAt,
        attempts: Infinity,
        attemptTimeoutMs: waitSeconds * 1_000 + wire.attemptTimeoutMs,
      })
      if (answer.status !== 304) order = JSON.parse(answer.text) as ShownOrder
      if (order !== undefined && isDecided(order)) return { decided: true, order }
      tag = answer.headers.get('etag') ?? tag
      early = performance.now() - startedAt < SOON_MS ? early + 1 : 0
      const askedMs = retryAfterMsOf(answer.headers, Date.now()) ?? 0
      const pauseMs = early === 0 ? 0 : askedMs + pauseMsAfter(early, wire.retries)
      await pause(Math.max(0, Math.min(pauseMs, deadlineAt - performance.now())), signal)
    } catch (error) {
      if (!(error instanceof ComandaError)) throw error
      if (error.retryable) return { decided: false, order }
      error.placed = { id, receipt }
      throw error
    }
  }
}

function isDecided(order: ShownOrder): order is DecidedOrder {
  return order.status !== 'accepted' && order.status !== 'delayed'
}
