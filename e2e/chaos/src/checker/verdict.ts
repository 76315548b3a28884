import type { CheckResult } from './check-run.js'
import type { Invariant } from './findings.js'

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

/** What is missing may still lie in a queue that was not drained; everything else is wrong at any time. */
const COMES_WITH_TIME: ReadonlySet<Invariant> = new Set(['I1', 'I5', 'I8', 'I10', 'I11'])

/**
 * A run that proves nothing is `unknown`, and fails like one that is `invalid`. So is one that was not drained and has
 * nothing against it but what may still come.
 */
export function verdictOf(
  { findings, tally }: Pick<CheckResult, 'findings' | 'tally'>,
  { drained, neverFired, notHeld, brokeOff }: Completeness,
): { readonly verdict: Verdict; readonly why: readonly string[] } {
  const broken = Object.keys(findings.counts) as Invariant[]
  const mayStillCome = !drained && broken.every((invariant) => COMES_WITH_TIME.has(invariant))
  const violations = findings.total > 0 ? [`${findings.total} violations`] : []
  const unknown = [
    ...(brokeOff === undefined ? [] : [brokeOff]),
    ...(drained ? [] : ['the pipeline was not drained']),
    ...(tally.accepted > 0 ? [] : ['nothing was accepted']),
    ...(mayStillCome ? violations : []),
    ...neverFired.map((fault) => `${fault} was asked for and never happened`),
  ]
  const invalid = [...(mayStillCome ? [] : violations), ...notHeld.map((figure) => `not held: ${figure}`)]
  if (invalid.length > 0) return { verdict: 'invalid', why: [...invalid, ...unknown] }
  return unknown.length > 0 ? { verdict: 'unknown', why: unknown } : { verdict: 'valid', why: [] }
}
