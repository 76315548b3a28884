import type { ServiceName } from '@comanda/e2e/targets'
import type { Random } from '../load/random.js'
import type { Link } from '../world/world.js'
import { LEASE_SECONDS, VISIBILITY_SECONDS } from '../world/world-settings.js'
import { POINTS, isPoint } from './fault-names.js'
import type { MomentFault } from './fault-names.js'

/** A fault of the schedule. Everything about it is decided before the run, by the seed. */
export interface PlannedFault<Fault extends MomentFault = MomentFault> {
  readonly atMs: number
  readonly fault: Fault
  readonly service: ServiceName
  readonly replica: number
  readonly link: Link
  readonly action: 'kill' | 'throw' | 'hang' | 'delay'
  readonly hit: number
  /** How long it lasts. */
  readonly ms: number
}

const SERVICES: readonly ServiceName[] = ['order-api', 'order-worker', 'notifier']
const LINKS: readonly Link[] = ['postgres', 'smtp', 'sqs']
/** So long before the end of the load nothing new begins, so that what was begun still meets load. */
const QUIET_END_MS = 3_000

/** Plans the faults of a load phase: each that was asked for once, in an order of the seed, then any of them. */
export function planFaults<Fault extends MomentFault>(
  random: Random,
  faults: readonly Fault[],
  durationMs: number,
  replicas: number,
  everyMs?: number,
): readonly PlannedFault<Fault>[] {
  if (faults.length === 0) return []
  const first = shuffled(random, faults)
  // As many as it takes to see each twice, but no more often than the services can start again.
  const meanGapMs =
    everyMs ?? Math.min(4_000, Math.max(700, (durationMs - QUIET_END_MS) / (2 * faults.length)))
  const planned: PlannedFault<Fault>[] = []
  for (let atMs = 500; atMs < durationMs - QUIET_END_MS; atMs += meanGapMs * (0.5 + random.next())) {
    const fault = first[planned.length] ?? random.pick(faults)
    const service = isPoint(fault) ? POINTS[fault].service : random.pick(SERVICES)
    planned.push({
      atMs: Math.round(atMs),
      fault,
      service,
      replica: random.below(replicas),
      link: random.pick(LINKS),
      action: random.weighted({ kill: 5, throw: 2, hang: 1, delay: 1 }),
      hit: 1 + random.below(4),
      ms: durationOf(random, fault, service),
    })
  }
  return planned
}

function durationOf(random: Random, fault: MomentFault, service: ServiceName): number {
  // Longer than its visibility or its claims, so that what the stopped process holds has gone to others when it wakes.
  const held = service === 'notifier' ? LEASE_SECONDS : VISIBILITY_SECONDS
  if (fault === 'stop') return (held + 3) * 1_000
  if (fault === 'latency') return 1_000 + random.below(3_000)
  return 300 + random.below(2_500)
}

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item)
}
