import { fault } from '@comanda/shared/fault'
import {
  SEND_BATCH_BYTES,
  SEND_BATCH_ENTRIES,
  createLanes,
  departWith,
  messageBytes,
} from '@comanda/shared/sqs'
import type { EntrySender, OutgoingMessage } from '@comanda/shared/sqs'
import type { EventRelay, Outbox, OutboxEvent } from '../../domain/ports.js'
import { createRemovals } from './removals.js'

/** What the relay tells about itself. Calls are cheap and never throw. */
export interface RelayObserver {
  sent(path: 'fast' | 'sweep', count: number): void
  /** An event was not, or not certainly, sent. The sweep sends it. */
  notSent(code: string): void
  measured(unsent: number, oldestMs: number): void
  failed(step: 'remove' | 'sweep', error: unknown): void
}

export interface EventRelayOptions {
  readonly sender: EntrySender
  readonly outbox: Outbox
  readonly observer: RelayObserver
  /** FIFO queues keep the order of an order's events, so its id is the group. */
  readonly fifo: boolean
  /** Calls under way at once on the fast path. */
  readonly maxLanes: number
  /** Events waiting for the fast path; more are left to the sweep. */
  readonly maxWaiting: number
  /** Told of the events that leave together on the fast path: how long each waited for it, in ms. */
  readonly onDeparture?: (waitedMs: readonly number[]) => void
  /** How often the outbox is looked at. */
  readonly sweepIntervalMs: number
  /** Age at which an event is no longer left to the process that made it. */
  readonly sweepAfterMs: number
}

export interface RunningEventRelay extends EventRelay {
  /** The load of the fast path. */
  readonly waiting: number
  readonly underWay: number
  readonly laneCount: number
  /** Begins to sweep. */
  start(): void
  /** Stops sweeping, sends what waits and forgets what was sent. What cannot be sent now is left to another process. */
  drain(): Promise<void>
}

const SWEEP_LIMIT = 200

/**
 * Sends committed events: right after their commit (fast path), and again by a sweep whatever a crash or a failed call
 * left behind. At least once, under an id that stays the same; twice only where a process ended between the send and
 * the removal, or an answer was lost.
 */
export function createEventRelay(options: EventRelayOptions): RunningEventRelay {
  const { sender, outbox, observer, fifo } = options
  const messageOf = (event: OutboxEvent) => outgoing(event, fifo)
  const board = departWith<OutboxEvent, string>(sender, { messageOf, resultOf: ({ id }) => id })
  const lanes = createLanes<OutboxEvent, string>({
    async depart(passengers) {
      const now = performance.now()
      options.onDeparture?.(passengers.map(({ boardedAt }) => now - boardedAt))
      await fault('relay.before-send')
      await board(passengers)
      await fault('relay.after-send')
    },
    sizeOf: (event) => messageBytes(messageOf(event)),
    maxEntries: SEND_BATCH_ENTRIES,
    maxBytes: SEND_BATCH_BYTES,
    maxWaiting: options.maxWaiting,
    lanes: { min: 1, max: options.maxLanes },
    partialLanes: 1,
  })
  /** Events that this process is sending or forgetting, so that its own sweep leaves them alone. */
  const inHand = new Set<string>()
  const removals = createRemovals({
    outbox,
    removed: (ids) => ids.forEach((id) => inHand.delete(id)),
    failed: (error) => observer.failed('remove', error),
  })
  let timer: NodeJS.Timeout | undefined
  let sweeping: Promise<void> | undefined
  let draining = false

  function publish(events: readonly OutboxEvent[]): void {
    for (const event of events) {
      inHand.add(event.id)
      lanes.send(event).then(
        (id) => {
          observer.sent('fast', 1)
          removals.add(id)
        },
        (error: unknown) => {
          inHand.delete(event.id)
          observer.notSent(codeOf(error))
        },
      )
    }
  }

  async function sweep(): Promise<void> {
    const { unsent, oldestMs } = await outbox.measure()
    observer.measured(unsent, oldestMs)
    if (oldestMs < options.sweepAfterMs) return
    while (!draining && (await sweepSome()));
  }

  /** Sends some of what waits, and tells whether there is more that can be sent now. */
  async function sweepSome(): Promise<boolean> {
    let sent = 0
    const claimed = await outbox.sweep({
      olderThanMs: options.sweepAfterMs,
      limit: SWEEP_LIMIT,
      except: [...inHand],
      send: async (events) => {
        const ids = await sendNow(events)
        sent = ids.length
        return ids
      },
    })
    return claimed === SWEEP_LIMIT && sent > 0
  }

  async function sendNow(events: readonly OutboxEvent[]): Promise<string[]> {
    await fault('relay.before-send')
    const outcomes = await sender.sendAll(events.map(messageOf), options.maxLanes)
    await fault('relay.after-send')
    const sent: string[] = []
    for (const [index, { id }] of events.entries()) {
      const outcome = outcomes[index]
      if (outcome?.kind === 'sent') sent.push(id)
      else observer.notSent(outcome?.kind === 'failed' ? outcome.code : 'queue_unavailable')
    }
    observer.sent('sweep', sent.length)
    return sent
  }

  function schedule(): void {
    // Jittered, so that replicas do not look at the same moment.
    const delayMs = options.sweepIntervalMs * (0.75 + Math.random() / 2)
    timer = setTimeout(() => {
      sweeping = sweep()
        .catch((error: unknown) => observer.failed('sweep', error))
        .finally(() => {
          if (!draining) schedule()
        })
    }, delayMs)
    timer.unref()
  }

  return {
    get waiting() {
      return lanes.waiting
    },
    get underWay() {
      return lanes.underWay
    },
    get laneCount() {
      return lanes.laneCount
    },
    publish,
    start: schedule,
    async drain() {
      draining = true
      clearTimeout(timer)
      await Promise.all([lanes.drain(), sweeping])
      await removals.drain()
    },
  }
}

function outgoing({ id, orderId, group, traceParent, body }: OutboxEvent, fifo: boolean): OutgoingMessage {
  return {
    body,
    groupId: fifo ? orderId : group,
    deduplicationId: id,
    orderId,
    ...(traceParent === undefined ? {} : { attributes: { traceparent: traceParent } }),
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'unknown'
}
