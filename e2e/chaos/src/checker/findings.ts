import type { CheckRecord } from './records.js'

/** The invariants of the proof, as docs/reliability.md lists them. */
export const INVARIANTS = {
  I1: 'no loss: every order that got a 202 is stored once, as it was sent',
  I2: 'no ghosts: every stored order was attempted, and none that was refused',
  I3: 'once in effect: one set of stock movements and one decision event an order',
  I4: 'never oversold: stock is the sum of its movements and never below zero, at every snapshot',
  I5: 'terminal: every accepted order and command has its end; nothing waits in a dead-letter queue or is lost in one',
  I6: 'atomic: state, movements, timeline and events appear together',
  I7: 'legal history: a path of the states, versions 1 to n without a gap',
  I8: 'outbox complete: every committed event was published, under its own id',
  I10: 'e-mail: at least one a due event, all copies under one Message-ID, extra copies only where a crash explains them',
  I11: 'truthful GET: never 404 for an accepted order, versions never go back, the last read is the row',
  I12: 'one key, one order; one payload, one id',
  I13: 'isolation: nobody reads, changes or is told of another account',
  I14: 'cancel: a cancelled order holds no stock and is never confirmed afterwards',
  I15: 'bounded: memory and open files stay flat',
  I16: 'quiet: nothing personal or secret in logs and error answers',
} as const
export type Invariant = keyof typeof INVARIANTS

export interface Violation {
  readonly invariant: Invariant
  /** Order, command or product. */
  readonly subject: string
  readonly what: string
  /** Everything that is known of the order, for the first few. */
  readonly life?: readonly CheckRecord[]
}

/** Counts violations and keeps the first few whole. */
export interface Findings {
  report(invariant: Invariant, subject: string, what: string, life?: readonly CheckRecord[]): void
  readonly counts: Readonly<Partial<Record<Invariant, number>>>
  readonly first: readonly Violation[]
  readonly total: number
}

const KEPT = 5
/** The records of a life that are printed; a hot order may have been read a thousand times. */
const LONGEST_LIFE = 60

export function createFindings(): Findings {
  const counts: Partial<Record<Invariant, number>> = {}
  const first: Violation[] = []
  let total = 0
  return {
    report(invariant, subject, what, life) {
      total += 1
      counts[invariant] = (counts[invariant] ?? 0) + 1
      // The first few of each kind would hide each other: one life an invariant, until there is room.
      const isNew = counts[invariant] === 1
      if (first.length < KEPT || (isNew && first.length < 2 * KEPT))
        first.push({
          invariant,
          subject,
          what,
          ...(life === undefined || first.length >= KEPT ? {} : { life: life.slice(0, LONGEST_LIFE) }),
        })
    },
    counts,
    first,
    get total() {
      return total
    },
  }
}
