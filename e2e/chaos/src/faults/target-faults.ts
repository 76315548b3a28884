import { ALL_FAULTS, PROCESS_FAULTS } from './fault-names.js'
import type { FaultName, ReplicaFault } from './fault-names.js'

/** What a run can run on. */
export const TARGETS = ['process', 'compose', 'cluster'] as const
export type TargetName = (typeof TARGETS)[number]
/** Targets that are installed, with nothing of a run's own between their parts. */
export type InstalledName = Exclude<TargetName, 'process'>

const CONTAINER_FAULTS = PROCESS_FAULTS.filter(isReplicaFault)

/** The faults of installed targets. Nothing pauses a pod. */
export const REPLICA_FAULTS: Readonly<Record<InstalledName, readonly ReplicaFault[]>> = {
  compose: CONTAINER_FAULTS,
  cluster: CONTAINER_FAULTS.filter((fault) => fault !== 'stop'),
}

export function faultsOfTarget(target: TargetName): readonly FaultName[] {
  return target === 'process' ? ALL_FAULTS : REPLICA_FAULTS[target]
}

/** Not of the queue: an ElasticMQ of an installed target keeps its messages in memory. */
export function isReplicaFault(fault: FaultName): fault is ReplicaFault {
  return fault !== 'queue-restart' && (PROCESS_FAULTS as readonly FaultName[]).includes(fault)
}
