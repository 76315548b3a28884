import type { CheckResult } from './check-run.js'

export type Verdict = 'valid' | 'invalid' | 'unknown'

/** What has to be known before a run can be called valid. */
export interface Completeness {
  /** All queues, the outbox and the due deliveries were empty three times in a row. */
  readonly drained: boolean
  /** Faults that were asked for and never happened. */
  readonly neverFired: readonly string[]
  /** Figures beyond their bound. */
  readonly notHeld: readonly string[]
  /** The load client died, or a phase broke off. */
  readonly brokeOff?: string
}

/** A run that proves nothing is `unknown`, and fails like one that is `invalid`. */
export function verdictOf(
  { findings, tally }: CheckResult,
  { drained, neverFired, notHeld, brokeOff }: Completeness,
): { readonly verdict: Verdict; readonly why: readonly string[] } {
  const unknown = [
    ...(brokeOff === undefined ? [] : [brokeOff]),
    ...(drained ? [] : ['the pipeline was not drained']),
    ...(tally.accepted > 0 ? [] : ['nothing was accepted']),
    ...neverFired.map((fault) => `${fault} was asked for and never happened`),
  ]
  const invalid = [
    ...(findings.total > 0 ? [`${findings.total} violations`] : []),
    ...notHeld.map((figure) => `not held: ${figure}`),
  ]
  if (invalid.length > 0) return { verdict: 'invalid', why: [...invalid, ...unknown] }
  return unknown.length > 0 ? { verdict: 'unknown', why: unknown } : { verdict: 'valid', why: [] }
}
