import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { ErrorCode } from './domain/api-error.js'
import type { KeyLookupOutcome } from './adapters/postgres/key-owners.js'

/** What gauges read at every scrape. */
export interface MetricSources {
  readonly lanes: { readonly waiting: number; readonly underWay: number; readonly laneCount: number }
  readonly waiters: () => number
  readonly missing: () => { readonly young: number; readonly old: number }
}

/** Every metric of order-api, by what happened. */
export interface Metrics {
  requestAnswered(route: string, method: string, status: number, seconds: number): void
  orderAccepted(replayed: boolean): void
  refused(code: ErrorCode): void
  /** Whether all replicas share the counts of accounts. */
  countsShared(shared: boolean): void
  departed(size: number): void
  sendCalled(): void
  keyLookedUp(outcome: KeyLookupOutcome): void
  breakerMoved(open: boolean): void
  watch(sources: MetricSources): void
}

/** Creates the metrics in a registry. Labels are of closed sets: route templates, statuses, codes; never ids. */
export function createMetrics(registry: Registry): Metrics {
  const registers = [registry]
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to its answer.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 25],
    registers,
  })
  const accepted = new Counter({
    name: 'orders_accepted_total',
    help: 'Orders that got a 202 after the queue confirmed them.',
    registers,
  })
  const replayed = new Counter({
    name: 'orders_replayed_total',
    help: 'Orders that got a 202 because they were stored already.',
    registers,
  })
  const refusals = new Counter({
    name: 'requests_refused_total',
    help: 'Requests that were refused or failed, by error code.',
    labelNames: ['code'],
    registers,
  })
  const shared = new Gauge({
    name: 'rate_limit_counts_shared',
    help: '1 while all replicas share the counts of accounts, 0 while this one counts by itself.',
    registers,
  })
  shared.set(0)
  const departures = new Histogram({
    name: 'lane_departure_entries',
    help: 'Orders and commands that left together.',
    buckets: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    registers,
  })
  const sendCalls = new Counter({
    name: 'queue_send_calls_total',
    help: 'SendMessageBatch calls.',
    registers,
  })
  const lookups = new Counter({
    name: 'key_lookups_total',
    help: 'Lookups of idempotency keys, one a departure, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const breaker = new Gauge({
    name: 'key_lookup_breaker_open',
    help: '1 while keys are not looked up because lookups failed.',
    registers,
  })
  breaker.set(0)

  return {
    requestAnswered: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    orderAccepted: (again) => (again ? replayed : accepted).inc(),
    refused: (code) => refusals.inc({ code }),
    countsShared: (yes) => shared.set(yes ? 1 : 0),
    departed: (size) => departures.observe(size),
    sendCalled: () => sendCalls.inc(),
    keyLookedUp: (outcome) => lookups.inc({ outcome }),
    breakerMoved: (open) => breaker.set(open ? 1 : 0),
    watch: (sources) => watchSources(registers, sources),
  }
}

function watchSources(registers: Registry[], { lanes, waiters, missing }: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('lane_waiting', 'Orders and commands that wait for a lane.', () => lanes.waiting)
  gauge('lane_departures_under_way', 'Departures under way.', () => lanes.underWay)
  gauge('lane_count', 'Departures that may be under way at once.', () => lanes.laneCount)
  gauge('order_waiters', 'Requests that wait for a change of an order.', waiters)
  new Gauge({
    name: 'accepted_orders_missing',
    help: 'Sampled accepted orders that were not stored at their last look, by age in minutes.',
    labelNames: ['minutes'],
    registers,
    collect() {
      const { young, old } = missing()
      this.set({ minutes: '1' }, young)
      this.set({ minutes: '15' }, old)
    },
  })
}
