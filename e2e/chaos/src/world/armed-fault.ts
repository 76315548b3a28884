import type { FaultPoint } from '@comanda/shared/arm-faults'

/** A fault that waits at a point for its hit. `hang` stops there for so long and then fails, as a broken call would. */
export interface ArmedFault {
  readonly id: string
  readonly point: FaultPoint
  /** Fires on the so many-th time that the point is passed. */
  hit: number
  readonly action: 'kill' | 'throw' | 'hang' | 'delay'
  /** How long it hangs or delays. */
  readonly ms?: number
}
