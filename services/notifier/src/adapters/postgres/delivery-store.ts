import type pg from 'pg'
import type {
  ChannelName,
  ClaimedDelivery,
  DeliveryKey,
  RecordedResult,
  TracedEvent,
} from '../../domain/delivery.js'
import type { Claims, DeliveryStore } from '../../domain/ports.js'
import { CLAIM_DUE, ONE_CLAIM_INDEX, RECORD, STORE, SUPERSEDE } from './delivery-statements.js'

interface KeyRow {
  event_id: string
  channel: ChannelName
  endpoint_id: string
}
interface StoredRow extends KeyRow {
  claim: string | null
}
interface ClaimedRow extends KeyRow {
  claim: string
  attempts: number
  event: TracedEvent
  version: number
  created_at: Date
}

/** Claims that met another process's claim of the same order are made anew: it is committed, so seen, by then. */
const CLAIM_TRIES = 5

/** Keeps deliveries in the table `deliveries`. Every method is one statement that commits by itself, and `SUPERSEDE` after a claim. */
export function createPostgresDeliveryStore(pool: pg.Pool): DeliveryStore {
  async function withoutSuperseded(claimed: readonly ClaimedDelivery[]): Promise<Claims> {
    if (claimed.length === 0) return { claimed, superseded: [] }
    const { rows } = await pool.query<KeyRow>(SUPERSEDE, claimColumns(claimed))
    const superseded = rows.map(keyFrom)
    const ended = new Set(superseded.map(keyOf))
    return {
      claimed: claimed.filter((delivery) => !ended.has(keyOf(delivery))),
      superseded,
    }
  }

  return {
    async store(deliveries, terms) {
      const columns = [
        deliveries.map(({ eventId }) => eventId),
        deliveries.map(({ channel }) => channel),
        deliveries.map(({ endpointId }) => endpointId),
        deliveries.map(({ event }) => event.account),
        deliveries.map(({ event }) => event.subject),
        deliveries.map(({ event }) => event.type),
        deliveries.map(({ event }) => event.data.version),
        deliveries.map(({ event }) => event.time),
        deliveries.map(({ event }) => JSON.stringify(event)),
      ]
      const insert = (channels: readonly ChannelName[]) =>
        pool.query<StoredRow>(STORE, [...columns, channels, terms.leaseMs])
      const { rows } = await insert(terms.channels).catch((error: unknown) => {
        if (!isOneClaim(error)) throw error
        return insert([])
      })
      const events = new Map(deliveries.map(({ eventId, event }) => [eventId, event]))
      const claimed = rows.flatMap((row) =>
        row.claim === null
          ? []
          : [{ ...keyFrom(row), event: events.get(row.event_id)!, attempts: 1, claim: row.claim }],
      )
      const waiting = rows.length - claimed.length
      return { ...(await withoutSuperseded(claimed)), stored: rows.length, waiting }
    },

    async claimDue(channel, limit, leaseMs) {
      for (let tries = 1; ; tries += 1) {
        try {
          const { rows } = await pool.query<ClaimedRow>(CLAIM_DUE, [channel, limit, leaseMs])
          return await withoutSuperseded(
            rows
              .toSorted((a, b) => a.version - b.version || a.created_at.getTime() - b.created_at.getTime())
              .map((row) => ({
                ...keyFrom(row),
                event: row.event,
                attempts: row.attempts,
                claim: row.claim,
              })),
          )
        } catch (error) {
          if (!isOneClaim(error) || tries >= CLAIM_TRIES) throw error
        }
      }
    },

    async record(results) {
      const { rows } = await pool.query<{ another_waits: boolean }>(RECORD, [
        ...claimColumns(results.map(({ delivery }) => delivery)),
        ...resultColumns(results),
      ])
      return rows.filter((row) => row.another_waits).length
    },
  }
}

function claimColumns(claimed: readonly ClaimedDelivery[]): unknown[][] {
  return [
    claimed.map(({ eventId }) => eventId),
    claimed.map(({ channel }) => channel),
    claimed.map(({ endpointId }) => endpointId),
    claimed.map(({ claim }) => claim),
  ]
}

function resultColumns(results: readonly RecordedResult[]): unknown[][] {
  return [
    results.map(({ result }) => (result.kind === 'sent' || result.kind === 'dead' ? result.kind : 'pending')),
    results.map(({ result }) => ('reason' in result ? result.reason : null)),
    results.map(({ result }) => ('delaySeconds' in result ? Math.round(result.delaySeconds * 1_000) : 0)),
    results.map(({ result }) => (result.kind === 'release' ? 1 : 0)),
  ]
}

function keyFrom(row: KeyRow): DeliveryKey {
  return { eventId: row.event_id, channel: row.channel, endpointId: row.endpoint_id }
}

function keyOf({ eventId, channel, endpointId }: DeliveryKey): string {
  return `${eventId} ${channel} ${endpointId}`
}

/** Two processes claimed deliveries of one order at the same moment; the unique index let one of them win. */
function isOneClaim(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  return code === '23505' && constraint === ONE_CLAIM_INDEX
}
