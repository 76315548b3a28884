import type { Invariant } from '../checker/findings.js'
import type { FaultName } from '../faults/fault-names.js'

/** A change of a compiled file. `find` must be there exactly once, else the bug cannot be planted and the test fails. */
export interface Patch {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** A mistake that a developer could make, and what has to notice it. */
export interface PlantedBug {
  readonly name: string
  readonly patches: readonly Patch[]
  /** What the schema loses with it. */
  readonly sql?: string
  /** The faults under which it shows. */
  readonly faults: readonly FaultName[]
  /** At least one of these must be broken. */
  readonly caughtBy: readonly Invariant[]
}

/** Folders of the compiled services. */
export const API = 'services/order-api/dist/src'
export const WORKER = 'services/order-worker/dist/src'
export const NOTIFIER = 'services/notifier/dist/src'
