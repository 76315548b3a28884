import { of, quantile, rateOf } from './panel.js'
import type { DashboardPlan } from './dashboard.js'

export const SERVICES: DashboardPlan = {
  uid: 'comanda-services',
  title: 'Services',
  description:
    'Whether the three services are well: requests, errors, durations, event loop, memory, Postgres, restarts.',
  rows: [
    {
      title: 'The API',
      panels: [
        {
          title: 'Requests',
          description: 'Answered requests a second by route template and method.',
          unit: 'reqps',
          queries: [
            {
              expr: rateOf('http_request_duration_seconds_count', [], 'route, method'),
              legend: '{{method}} {{route}}',
            },
          ],
          runbooks: ['IntakeBudgetBurn'],
        },
        {
          title: 'Errors',
          description:
            'Answers of 500 and above, by route and status. 503 with Retry-After is an outage of what we need.',
          unit: 'reqps',
          queries: [
            {
              expr: `${rateOf('http_request_duration_seconds_count', ['status=~"5.."'], 'route, status')} or vector(0)`,
              legend: '{{route}} {{status}}',
            },
          ],
          runbooks: ['IntakeBudgetBurn'],
        },
        {
          title: 'Duration',
          description:
            'Time to the answer at the 99th percentile. Requests that wait for a change (Prefer: wait) take up to 20 s.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.99, 'http_request_duration_seconds', [], 'route, method'),
              legend: '{{method}} {{route}} p99',
            },
          ],
          runbooks: ['IntakeBudgetBurn'],
          exemplars: true,
        },
        {
          title: 'Key lookups',
          description:
            'Lookups of idempotency keys by outcome, and whether the breaker is open (1): then the worker alone judges keys.',
          unit: 'ops',
          queries: [
            { expr: rateOf('key_lookups_total', [], 'outcome'), legend: '{{outcome}}' },
            { expr: `max(key_lookup_breaker_open${of()})`, legend: 'breaker open' },
          ],
          runbooks: ['PostgresAway'],
        },
        {
          title: 'Requests under way',
          description:
            'Requests that are worked on, and those that wait for a change of an order, which cost next to nothing.',
          unit: 'short',
          queries: [
            { expr: `sum(http_requests_in_flight${of()})`, legend: 'in flight' },
            { expr: `sum(order_waiters${of()})`, legend: 'waiting' },
          ],
          runbooks: ['IntakeBudgetBurn'],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Replicas',
          description: 'Replicas that answer Prometheus.',
          unit: 'short',
          queries: [{ expr: `sum by (service) (up${of()})`, legend: '{{service}}' }],
          runbooks: ['ServiceDown'],
        },
        {
          title: 'Restarts',
          description: 'Starts of processes within ten minutes. A rollout is a step; a saw is a crash.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (service) (changes(process_start_time_seconds${of()}[10m]))`,
              legend: '{{service}}',
            },
          ],
          runbooks: ['ServiceDown'],
        },
        {
          title: 'CPU',
          description: 'Cores in use. One process fills little more than one.',
          unit: 'short',
          queries: [{ expr: rateOf('process_cpu_seconds_total', [], 'service'), legend: '{{service}}' }],
          runbooks: ['LanesSaturated'],
        },
        {
          title: 'Memory',
          description: 'Resident memory of the largest replica.',
          unit: 'bytes',
          queries: [
            {
              expr: `max by (service) (process_resident_memory_bytes${of()})`,
              legend: '{{service}} resident',
            },
            { expr: `max by (service) (nodejs_heap_size_used_bytes${of()})`, legend: '{{service}} heap' },
          ],
          runbooks: ['ServiceDown'],
        },
        {
          title: 'Event loop',
          description:
            'Lag of the event loop at the 99th percentile. Above 50 ms the process has too much to do.',
          unit: 's',
          queries: [
            { expr: `max by (service) (nodejs_eventloop_lag_p99_seconds${of()})`, legend: '{{service}} p99' },
          ],
          runbooks: ['LanesSaturated'],
        },
        {
          title: 'Garbage collection',
          description: 'Share of its time that a process collects garbage, on average of the replicas.',
          unit: 'percentunit',
          queries: [
            {
              expr: `avg by (service) (sum without (kind) (rate(nodejs_gc_duration_seconds_sum${of()}[$__rate_interval])))`,
              legend: '{{service}}',
            },
          ],
          runbooks: ['LanesSaturated'],
        },
      ],
    },
    {
      title: 'Postgres',
      panels: [
        {
          title: 'Postgres answers',
          description: '1 while every replica of a service gets an answer.',
          unit: 'short',
          queries: [{ expr: `min by (service) (postgres_up${of()})`, legend: '{{service}}' }],
          runbooks: ['PostgresAway'],
        },
        {
          title: 'Connections',
          description: 'Connections by pool and state; waiting are callers without one.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (service, pool, state) (postgres_pool_connections${of()})`,
              legend: '{{service}} {{pool}} {{state}}',
            },
          ],
          runbooks: ['PostgresAway'],
        },
        {
          title: 'Decisions',
          description:
            'Commands by type and outcome. `known` are repeated ones, which have no second effect.',
          unit: 'ops',
          queries: [
            {
              expr: rateOf('commands_decided_total', [], 'type, outcome'),
              legend: '{{type}} {{outcome}}',
            },
          ],
          runbooks: ['DecisionBudgetBurn'],
        },
        {
          title: 'Conflicts and defects',
          description:
            'Transactions that ran again, batches that were split, and commands that failed for a reason which someone has to repair.',
          unit: 'ops',
          queries: [
            { expr: rateOf('transaction_retries_total'), legend: 'retries' },
            { expr: rateOf('order_batch_splits_total'), legend: 'splits' },
            { expr: `${rateOf('command_defects_total')} or vector(0)`, legend: 'defects' },
          ],
          runbooks: ['DeadLetterNotEmpty'],
        },
      ],
    },
  ],
}
