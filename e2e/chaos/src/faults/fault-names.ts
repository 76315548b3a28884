import type { FaultPoint } from '@comanda/shared/arm-faults'
import type { ServiceName } from '@comanda/e2e/targets'
import { QUEUE_FAULTS } from '../proxies/sqs-proxy.js'
import type { QueueFault } from '../proxies/sqs-proxy.js'

/** The points at which a process is stopped, by the names of the notes; two of them are made by proxies. */
export const POINTS = {
  A1: { service: 'order-api', point: 'order-api.before-send', between: 'request parsed | SendMessageBatch' },
  A2: { service: 'order-api', point: 'order-api.after-send', between: 'queue confirmed | 202 written' },
  W1: { service: 'order-worker', point: 'order-worker.before-begin', between: 'received | BEGIN' },
  W2: { service: 'order-worker', point: 'order-worker.before-commit', between: 'all written | COMMIT' },
  W3: { service: 'order-worker', point: 'order-worker.after-commit', between: 'COMMIT | DeleteMessageBatch' },
  R1: { service: 'order-worker', point: 'relay.before-send', between: 'events in hand | SendMessageBatch' },
  R2: { service: 'order-worker', point: 'relay.after-send', between: 'batch sent | rows removed' },
  N1: { service: 'notifier', point: 'notifier.before-store', between: 'received | delivery stored' },
  N2: { service: 'notifier', point: 'notifier.before-mail', between: 'delivery claimed | mail sent' },
  N3: { service: 'notifier', point: 'notifier.after-mail', between: '250 got | row marked' },
  N4: { service: 'notifier', point: 'notifier.before-delete', between: 'delivery stored | message deleted' },
} as const satisfies Readonly<
  Record<string, { readonly service: ServiceName; readonly point: FaultPoint; readonly between: string }>
>
export type PointName = keyof typeof POINTS

/** Made on the wire: the answer to a COMMIT is lost; half of a batch fails with HTTP 200. */
export const WIRE_POINTS = {
  W4: 'COMMIT sent | its answer lost',
  R3: 'batch half `Failed`, answered 200',
} as const
export type WirePointName = keyof typeof WIRE_POINTS

export const PROCESS_FAULTS = ['kill', 'term', 'stop', 'postgres-kill', 'queue-restart'] as const
export type ProcessFault = (typeof PROCESS_FAULTS)[number]
/** Those that need no more than a way to end, to pause and to start again what runs. */
export type ReplicaFault = Exclude<ProcessFault, 'queue-restart'>
export const NETWORK_FAULTS = ['latency', 'cut', 'reset', 'half-open'] as const
export type NetworkFaultName = (typeof NETWORK_FAULTS)[number]

/** Faults that happen at a moment, in contrast to those of the queue, which are there all the time. */
export type MomentFault = PointName | WirePointName | ProcessFault | NetworkFaultName
export type FaultName = QueueFault | MomentFault

export const MOMENT_FAULTS: readonly MomentFault[] = [
  ...(Object.keys(POINTS) as PointName[]),
  ...(Object.keys(WIRE_POINTS) as WirePointName[]),
  ...PROCESS_FAULTS,
  ...NETWORK_FAULTS,
]
export const ALL_FAULTS: readonly FaultName[] = [...QUEUE_FAULTS, ...MOMENT_FAULTS]

export function isQueueFault(name: FaultName): name is QueueFault {
  return (QUEUE_FAULTS as readonly string[]).includes(name)
}
export function isPoint(name: FaultName): name is PointName {
  return Object.hasOwn(POINTS, name)
}
