import type { ClaimedDelivery, DeliveryKey, PlannedDelivery } from '../../domain/delivery.js'
import type { Claims, DeliveryStore } from '../../domain/ports.js'

/** A delivery as the fake keeps it; `event` is gone once it is finished. */
export interface MemoryDelivery extends DeliveryKey {
  readonly orderId: string
  readonly version: number
  event: PlannedDelivery['event'] | undefined
  status: 'pending' | 'sent' | 'superseded' | 'dead'
  attempts: number
  dueAtMs: number
  claimedUntilMs: number | undefined
  reason: string | undefined
}

const OVERTAKING_MS = 60_000

/** A delivery store for tests, with a clock that the test moves. It keeps the same promises as the Postgres one (see its contract test). */
export function createMemoryDeliveryStore(now: () => number): DeliveryStore & {
  readonly rows: readonly MemoryDelivery[]
} {
  const rows: MemoryDelivery[] = []
  let claims = 0

  const find = (key: DeliveryKey) =>
    rows.find(
      (row) =>
        row.eventId === key.eventId && row.channel === key.channel && row.endpointId === key.endpointId,
    )
  const othersOf = (row: MemoryDelivery) =>
    rows.filter(
      (other) =>
        other !== row &&
        other.orderId === row.orderId &&
        other.channel === row.channel &&
        other.endpointId === row.endpointId,
    )
  const isOlder = (a: MemoryDelivery, b: MemoryDelivery) =>
    a.version < b.version || (a.version === b.version && a.eventId < b.eventId)
  const goesFirst = (other: MemoryDelivery, row: MemoryDelivery) =>
    other.status === 'pending' &&
    (other.claimedUntilMs !== undefined ||
      (row.claimedUntilMs === undefined && isOlder(other, row) && other.dueAtMs <= now() + OVERTAKING_MS))

  function claim(row: MemoryDelivery, leaseMs: number): ClaimedDelivery {
    // Never the same moment twice: it names the claim.
    claims += 1
    row.claimedUntilMs = now() + leaseMs + claims / 1_000_000
    row.attempts += 1
    const { eventId, channel, endpointId, attempts } = row
    return { eventId, channel, endpointId, attempts, event: row.event!, claim: String(row.claimedUntilMs) }
  }

  function finish(row: MemoryDelivery, status: 'sent' | 'superseded' | 'dead'): void {
    Object.assign(row, { status, event: undefined, claimedUntilMs: undefined })
  }

  function withoutSuperseded(claimed: readonly ClaimedDelivery[]): Claims {
    const isOld = (delivery: ClaimedDelivery) => {
      const row = find(delivery)!
      return othersOf(row).some(({ status, version }) => status === 'sent' && version > row.version)
    }
    const superseded = claimed.filter(isOld)
    for (const delivery of superseded) finish(find(delivery)!, 'superseded')
    return { claimed: claimed.filter((delivery) => !superseded.includes(delivery)), superseded }
  }

  return {
    rows,
    async store(deliveries, terms) {
      const added = deliveries.flatMap((delivery) => {
        if (find(delivery) !== undefined) return []
        const row: MemoryDelivery = {
          eventId: delivery.eventId,
          channel: delivery.channel,
          endpointId: delivery.endpointId,
          orderId: delivery.event.subject,
          version: delivery.event.data.version,
          event: delivery.event,
          status: 'pending',
          attempts: 0,
          dueAtMs: now(),
          claimedUntilMs: undefined,
          reason: undefined,
        }
        rows.push(row)
        return [row]
      })
      const claimable = added.filter(
        (row) =>
          terms.channels.includes(row.channel) &&
          !othersOf(row).some(
            (other) => other.status === 'pending' && (!added.includes(other) || isOlder(other, row)),
          ),
      )
      const claimed = claimable.map((row) => claim(row, terms.leaseMs))
      const waiting = added.length - claimed.length
      return Promise.resolve({ ...withoutSuperseded(claimed), stored: added.length, waiting })
    },

    async claimDue(channel, limit, leaseMs) {
      const due = rows.filter(
        (row) =>
          row.status === 'pending' &&
          row.channel === channel &&
          row.dueAtMs <= now() &&
          (row.claimedUntilMs === undefined || row.claimedUntilMs < now()) &&
          !othersOf(row).some((other) => goesFirst(other, row)),
      )
      const first = due.toSorted((a, b) => a.dueAtMs - b.dueAtMs || a.version - b.version).slice(0, limit)
      return Promise.resolve(withoutSuperseded(first.map((row) => claim(row, leaseMs))))
    },

    async record(results) {
      const recorded = results.flatMap(({ delivery, result }) => {
        const row = find(delivery)
        if (row?.status !== 'pending') return []
        if (result.kind !== 'sent' && String(row.claimedUntilMs) !== delivery.claim) return []
        if ('reason' in result) row.reason = result.reason
        if (result.kind === 'sent' || result.kind === 'dead') finish(row, result.kind)
        else {
          row.claimedUntilMs = undefined
          row.dueAtMs = now() + result.delaySeconds * 1_000
          if (result.kind === 'release') row.attempts -= 1
        }
        return [row]
      })
      return Promise.resolve(
        recorded.filter((row) => othersOf(row).some(({ status }) => status === 'pending')).length,
      )
    },
  }
}
