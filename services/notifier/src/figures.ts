import type pg from 'pg'
import { readDeliveryFigures } from './adapters/postgres/delivery-figures.js'
import type { SendingChannel } from './domain/take-events.js'
import type { Metrics } from './metrics.js'

export interface FiguresOptions {
  readonly pool: pg.Pool
  readonly metrics: Metrics
  readonly channels: readonly SendingChannel[]
  readonly intervalMs: number
}

/**
 * Keeps the gauges of what waits. While Postgres is away they keep their last values; that it is away is told by
 * `consumer_paused`. Returns what stops it.
 */
export function watchFigures({ pool, metrics, channels, intervalMs }: FiguresOptions): () => void {
  async function read(): Promise<void> {
    for (const { channel, sender } of channels) {
      metrics.inHand.set({ channel: channel.name }, sender.inHand)
      const figures = await readDeliveryFigures(pool, channel.name).catch(() => undefined)
      if (figures === undefined) continue
      metrics.pending.set({ channel: channel.name }, figures.pending)
      metrics.oldestDueSeconds.set({ channel: channel.name }, figures.oldestDueSeconds)
    }
  }
  void read()
  const timer = setInterval(() => void read(), intervalMs)
  return () => clearInterval(timer)
}
