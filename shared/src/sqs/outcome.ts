/**
 * What a handler says of a message. There is no fourth: nothing is acknowledged by accident.
 *
 * - `done`: its effects are committed; it is deleted.
 * - `retry`: it becomes visible again after `delaySeconds`, or after a backoff that grows with its receive count.
 * - `park`: nobody can ever handle it (the closed list of DESIGN section 5); it is stored with its reason, then deleted.
 */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly reason: string; readonly delaySeconds?: number }
  | { readonly kind: 'park'; readonly reason: string }

export const DONE: Outcome = { kind: 'done' }
