/**
 * Places in the services where the chaos run makes something go wrong, named after what lies between two steps that
 * cannot be one. Nothing here can be switched on from outside: there is no setting, and no service arms anything (the
 * linter forbids it). Only the entry point of the chaos run does, in the processes that it starts itself.
 */
export type FaultPoint =
  /** A1: request parsed | SendMessageBatch. */
  | 'order-api.before-send'
  /** A2: the queue has confirmed | the 202 is written. */
  | 'order-api.after-send'
  /** W1: received | BEGIN. */
  | 'order-worker.before-begin'
  /** W2: everything is written | COMMIT. */
  | 'order-worker.before-commit'
  /** W3: COMMIT | DeleteMessage. */
  | 'order-worker.after-commit'
  /** R1: events in hand or rows claimed | SendMessageBatch. */
  | 'relay.before-send'
  /** R2: batch sent | rows removed. */
  | 'relay.after-send'
  /** N1: received | delivery stored. */
  | 'notifier.before-store'
  /** N2: delivery claimed | mail sent. */
  | 'notifier.before-mail'
  /** N3: 250 got | row marked. */
  | 'notifier.after-mail'
  /** N4: delivery stored | message deleted. */
  | 'notifier.before-delete'

/** What happens at a point that is reached; undefined lets it pass. */
export type FaultHandler = (point: FaultPoint) => Promise<void> | undefined

let armed: FaultHandler | undefined

/** Passes a point. Unarmed, which is always but in a chaos run, it is one look at a variable. */
export function fault(point: FaultPoint): Promise<void> | undefined {
  return armed?.(point)
}

/** Arms every point of this process. For the entry point of the chaos run alone (`@comanda/shared/arm-faults`). */
export function armFaults(handler: FaultHandler): void {
  armed = handler
}
