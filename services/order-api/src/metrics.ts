import { createLaneMetrics, createQueueCallMetrics, createTracedHistogram } from '@comanda/shared/metrics'
import type { LaneMetrics, QueueCallMetrics, WatchedLanes } from '@comanda/shared/metrics'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { ErrorCode } from './domain/api-error.js'
import type { KeyLookupOutcome } from './adapters/postgres/key-owners.js'

/** What gauges read at every scrape. */
export interface MetricSources {
  readonly lanes: WatchedLanes
  /** Room for those that wait for a lane. */
  readonly maxWaiting: number
  readonly waiters: () => number
  /** Requests under way, those that wait included. */
  readonly inFlight: () => number
  readonly missing: () => { readonly young: number; readonly old: number }
}

/** Every metric of order-api, by what happened. */
export interface Metrics {
  requestAnswered(request: {
    readonly route: string
    readonly method: string
    readonly status: number
    readonly seconds: number
    readonly traceparent?: string | undefined
  }): void
  orderAccepted(replayed: boolean): void
  refused(code: ErrorCode): void
  /** Whether all replicas share the counts of accounts. */
  countsShared(shared: boolean): void
  readonly lanes: Pick<LaneMetrics, 'departed'>
  readonly calls: QueueCallMetrics
  keyLookedUp(outcome: KeyLookupOutcome): void
  breakerMoved(open: boolean): void
  watch(sources: MetricSources): void
}

/**
 * Creates the metrics in a registry. Labels are of closed sets: route templates, statuses, codes; never ids. With `exemplars`
 * times lead to traces.
 */
export function createMetrics(registry: Registry, { exemplars }: { readonly exemplars: boolean }): Metrics {
  const registers = [registry]
  const requests = createTracedHistogram(registry, {
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to its answer, by route template (none: no route), method and status. Rate, errors and duration of the API; 0.25 s is the goal of an intake.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 25],
    exemplars,
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
    help: 'Requests that were refused or failed, by the code of their problem document.',
    labelNames: ['code'],
    registers,
  })
  // An alert looks at these: the value that a counter comes with is no increase to Prometheus.
  refusals.inc({ code: 'overloaded' }, 0)
  const shared = new Gauge({
    name: 'rate_limit_counts_shared',
    help: '1 while all replicas share the counts of accounts, 0 while this one counts by itself.',
    registers,
  })
  shared.set(0)
  const lanes = createLaneMetrics(registry, 'orders')
  const lookups = new Counter({
    name: 'key_lookups_total',
    help: 'Lookups of idempotency keys, one a departure, by outcome: answered, too_slow, failed, or skipped while the breaker is open.',
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
    requestAnswered: ({ route, method, status, seconds, traceparent }) =>
      requests.observe({ route, method, status }, seconds, traceparent),
    orderAccepted: (again) => (again ? replayed : accepted).inc(),
    refused: (code) => refusals.inc({ code }),
    countsShared: (yes) => shared.set(yes ? 1 : 0),
    lanes,
    calls: createQueueCallMetrics(registry),
    keyLookedUp: (outcome) => lookups.inc({ outcome }),
    breakerMoved: (open) => breaker.set(open ? 1 : 0),
    watch(sources) {
      lanes.watch(sources.lanes, sources.maxWaiting)
      watchSources(registers, sources)
    },
  }
}

function watchSources(registers: Registry[], { waiters, inFlight, missing }: MetricSources): void {
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests under way, without those that only wait for a change of an order. An autoscaler may hold it to a number for each replica.',
    registers,
    collect() {
      // A wait may outlive its caller by a moment.
      this.set(Math.max(0, inFlight() - waiters()))
    },
  })
  new Gauge({
    name: 'order_waiters',
    help: 'Requests that wait for a change of an order.',
    registers,
    collect() {
      this.set(waiters())
    },
  })
  new Gauge({
    name: 'accepted_orders_missing',
    help: 'The loss detector: sampled accepted orders that were not stored at their last look, one minute and fifteen minutes after their 202. Above 0 at 15 means that someone must act.',
    labelNames: ['minutes'],
    registers,
    collect() {
      const { young, old } = missing()
      this.set({ minutes: '1' }, young)
      this.set({ minutes: '15' }, old)
    },
  })
}
