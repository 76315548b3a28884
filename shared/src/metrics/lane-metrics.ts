import { Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

/** What lanes show of themselves. */
export interface WatchedLanes {
  readonly waiting: number
  readonly underWay: number
  readonly laneCount: number
}

/** Metrics of the lanes to one queue. */
export interface LaneMetrics {
  /** So many entries leave together; each has waited so long for its lane, in ms. */
  departed(waitedMs: readonly number[]): void
  /** Shows the lanes' load at every scrape. `maxWaiting` is the room beyond which entries are refused. */
  watch(lanes: WatchedLanes, maxWaiting: number): void
}

/** `lane_*`: how full departures are, how long entries wait for one, how many are under way and may be. */
export function createLaneMetrics(registry: Registry, queue: string): LaneMetrics {
  const registers = [registry]
  const labelNames = ['queue'] as const
  const entries = new Histogram({
    name: 'lane_departure_entries',
    help: 'Messages that left together in one call; ten is a full one.',
    labelNames,
    buckets: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    registers,
  })
  const wait = new Histogram({
    name: 'lane_wait_seconds',
    help: 'How long a message waited for a lane.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
    registers,
  })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.set({ queue }, read())
      },
    })
  return {
    departed(waitedMs) {
      entries.observe({ queue }, waitedMs.length)
      for (const ms of waitedMs) wait.observe({ queue }, ms / 1_000)
    },
    watch(lanes, maxWaiting) {
      gauge('lane_waiting', 'Messages that wait for a lane.', () => lanes.waiting)
      gauge('lane_waiting_limit', 'Messages that may wait for a lane; more are refused.', () => maxWaiting)
      gauge('lane_departures_under_way', 'Calls with messages that are under way.', () => lanes.underWay)
      gauge('lane_count', 'Calls that may be under way at once.', () => lanes.laneCount)
    },
  }
}
