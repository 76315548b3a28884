import { setTimeout as delay } from 'node:timers/promises'
import { createLanes } from '@comanda/shared/sqs'
import type { Passenger } from '@comanda/shared/sqs'
import { classifyFailure } from '@comanda/shared/postgres'
import type { RecordedResult } from '../../domain/delivery.js'
import type { DeliveryStore, ResultRecorder } from '../../domain/ports.js'

export interface ResultRecorderOptions {
  readonly store: DeliveryStore
  /** Bounds what waits: no more results than this can be under way. */
  readonly maxWaiting: number
  /** Called for every failed try; another one follows. */
  readonly onFailure: (error: unknown) => void
}

export interface StoppableRecorder extends ResultRecorder {
  /** Tries no more: what is not stored by now is sent again by whoever takes its claim over. */
  giveUp(): void
}

const MOST_RESULTS_A_STATEMENT = 200
/** From one statement to the next, so that under load many results share one; a lone result does not wait. */
const GATHER_MS = 50
const FIRST_PAUSE_MS = 50
const LARGEST_PAUSE_MS = 2_000

/**
 * Records results in batches: one statement is under way at a time and for `GATHER_MS` at least, and what comes meanwhile
 * leaves with the next. While Postgres is away a batch is tried until it succeeds, since its mails have been sent.
 */
export function createResultRecorder(options: ResultRecorderOptions): StoppableRecorder {
  const { store, onFailure } = options
  const stop = new AbortController()
  let isBehind = false

  async function depart(passengers: readonly Passenger<RecordedResult, boolean>[]): Promise<void> {
    const results = passengers.map(({ item }) => item)
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LARGEST_PAUSE_MS)) {
      try {
        const startedAt = performance.now()
        const waiting = await store.record(results)
        isBehind = false
        // Which of them is the one does not matter: the sender sweeps once for all.
        passengers.forEach((passenger, index) => passenger.settle(index < waiting))
        await gather(startedAt + GATHER_MS - performance.now())
        return
      } catch (error) {
        onFailure(error)
        if (stop.signal.aborted) throw error
        isBehind = classifyFailure(error) !== 'conflict'
        await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: stop.signal })
      }
    }
  }

  function gather(forMs: number): Promise<void> {
    return forMs > 0
      ? delay(forMs, undefined, { signal: stop.signal }).catch(() => undefined)
      : Promise.resolve()
  }

  const lanes = createLanes<RecordedResult, boolean>({
    depart,
    sizeOf: () => 1,
    maxEntries: MOST_RESULTS_A_STATEMENT,
    maxBytes: Infinity,
    maxWaiting: options.maxWaiting,
    lanes: { min: 1, max: 1 },
  })
  return {
    record: (result) => lanes.send(result),
    get isBehind() {
      return isBehind
    },
    giveUp: () => stop.abort(),
  }
}
