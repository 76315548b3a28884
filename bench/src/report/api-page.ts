import { ratioOfMedians, spread } from '../measure/statistics.js'
import type { ApiFigures } from '../suites/api.js'
import { API_VARIANTS } from '../suites/api-variant.js'
import type { ApiVariant } from '../suites/api-variant.js'
import type { CapacityRun } from '../suites/api-capacity.js'
import { figure, spreadText, table, verdict } from './table.js'

/** The page of POST /v1/orders on one core. */
export function apiPage(figures: ApiFigures): string {
  const runsOf = ({ name }: ApiVariant) =>
    figures.capacity.filter(({ variant }) => variant === name).map(({ result }) => result)
  // The first of its kind; what comes after it is set up otherwise, to show what that costs.
  const pick = (kind: ApiVariant['kind'], queueDelayMs?: number) =>
    runsOf(API_VARIANTS.find((variant) => variant.kind === kind && variant.queueDelayMs === queueDelayMs)!)
  const rates = (runs: readonly CapacityRun[]) => runs.map(({ ordersPerSecond }) => ordersPerSecond)
  const bare = rates(pick('bare'))
  const capacity = API_VARIANTS.map((variant) => {
    const runs = runsOf(variant)
    const tutorial =
      variant.queueDelayMs === undefined ? undefined : rates(pick('tutorial', variant.queueDelayMs))
    const noQueue = variant.queueDelayMs === undefined
    return [
      variant.name,
      spreadText(spread(rates(runs)), 0),
      variant.kind === 'ceiling' ? '–' : figure(ratioOfMedians(rates(runs), bare), 2),
      tutorial === undefined ? '–' : figure(ratioOfMedians(rates(runs), tutorial), 1),
      spreadText(spread(runs.map(({ latencyMs }) => latencyMs.p50))),
      spreadText(spread(runs.map(({ cpuUsPerOrder }) => cpuUsPerOrder)), 0),
      noQueue ? '–' : spreadText(spread(runs.map(({ callsPerOrder }) => callsPerOrder)), 3),
      spreadText(spread(runs.map(({ serverCores }) => serverCores)), 2),
    ]
  })
  const others = figures.capacity.filter(({ result }) =>
    Object.keys(result.answers).some((status) => status !== '202'),
  )
  return [
    '## Capacity: closed loop, 64 connections, min / median / max',
    table(
      [
        'server',
        'orders/s',
        '× bare',
        '× tutorial',
        'p50 ms',
        'CPU µs/order',
        'send calls/order',
        'cores used',
      ],
      capacity,
    ),
    others.length === 0
      ? 'Every answer of every run was a 202.'
      : others
          .map(({ variant, result }) => `- ${variant}: answers ${JSON.stringify(result.answers)}`)
          .join('\n'),
    '## Goals',
    goals(figures, pick, bare),
    '## Latency of the 202: open loop (Poisson), ms from the scheduled instant',
    table(
      ['offered', 'orders/s', 'p50', 'p99', 'p99.9', 'max', 'send calls/order', 'open at the end', 'answers'],
      figures.latency.map(({ result }) => [
        `${figure(result.share * 100, 0)} %`,
        figure(result.ratePerSecond, 0),
        figure(result.accepted.p50),
        figure(result.accepted.p99),
        figure(result.accepted.p999),
        figure(result.accepted.max),
        figure(result.callsPerOrder, 2),
        String(result.backlogAtEnd),
        JSON.stringify(result.answers),
      ]),
    ),
    '`offered` is the share of the capacity that the closed loop found in this run, at a queue that answers after 5 ms.',
    `## CPU by part (${figures.profile.variant}, V8 sampling profile)`,
    table(
      ['part', 'share', 'µs/order'],
      figures.profile.parts.map(({ part, share, usPerOrder }) => [
        part,
        `${figure(share * 100)} %`,
        figure(usPerOrder),
      ]),
    ),
    `The profiler makes an order dearer (${figure(figures.profile.cpuUsPerOrder, 0)} µs in this run); the shares are what counts.`,
  ].join('\n\n')
}

function goals(
  figures: ApiFigures,
  pick: (kind: ApiVariant['kind'], queueDelayMs?: number) => readonly CapacityRun[],
  bare: readonly number[],
): string {
  const rows = [0, 5].flatMap((delay) => {
    const ours = pick('order-api', delay)
    const rates = ours.map(({ ordersPerSecond }) => ordersPerSecond)
    const tutorial = pick('tutorial', delay).map(({ ordersPerSecond }) => ordersPerSecond)
    const ofBare = ratioOfMedians(rates, bare)
    const ofTutorial = ratioOfMedians(rates, tutorial)
    const calls = spread(ours.map(({ callsPerOrder }) => callsPerOrder)).median
    const at = `queue ${delay} ms`
    return [
      [
        `G1 × bare, ${at}`,
        '≥ 0.33',
        '≥ 0.65',
        figure(ofBare, 2),
        verdict(ofBare >= 0.33),
        verdict(ofBare >= 0.65),
      ],
      [
        `G2 × tutorial, ${at}`,
        '≥ 3',
        '≥ 6',
        figure(ofTutorial),
        verdict(ofTutorial >= 3),
        verdict(ofTutorial >= 6),
      ],
      [
        `G3 send calls/order, ${at}`,
        '≤ 0.13',
        '≤ 0.11',
        figure(calls, 3),
        verdict(calls <= 0.13),
        verdict(calls <= 0.11),
      ],
    ]
  })
  const within = figures.latency.filter(({ result }) => result.share <= 0.6)
  const worst = Math.max(...within.map(({ result }) => result.accepted.p99))
  const most = Math.max(...figures.latency.map(({ result }) => result.callsPerOrder))
  return table(
    ['goal', 'first bar', 'goal', 'measured', 'first bar', 'goal'],
    [
      ...rows,
      ['G3 send calls/order at any load', '', '≤ 1', figure(most, 2), '', verdict(most <= 1)],
      ['G8 p99 of the 202 up to 60 %, ms', '', '≤ 25', figure(worst), '', verdict(worst <= 25)],
    ],
  )
}
