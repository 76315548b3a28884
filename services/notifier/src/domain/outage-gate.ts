export interface OutageGateOptions {
  /** Attempts without an answer, one after the other, that mean: the far end as a whole is away. */
  readonly threshold: number
  readonly firstPauseMs: number
  readonly maxPauseMs: number
}

/**
 * Tells when a channel's far end is away as a whole, so that sending pauses and no delivery burns its attempts.
 * `open`: send. `shut`: do not. `probe`: the pause is over, try one. Times are milliseconds of a steady clock.
 */
export interface OutageGate {
  state(nowMs: number): 'open' | 'shut' | 'probe'
  /** An attempt was answered, whatever the answer. */
  answered(): void
  noAnswer(nowMs: number): void
}

/** Creates an open gate. Each probe without an answer doubles the pause. */
export function createOutageGate(options: OutageGateOptions): OutageGate {
  let unanswered = 0
  let shutUntilMs: number | undefined
  let pauseMs = options.firstPauseMs
  return {
    state: (nowMs) => (shutUntilMs === undefined ? 'open' : nowMs < shutUntilMs ? 'shut' : 'probe'),
    answered() {
      unanswered = 0
      shutUntilMs = undefined
      pauseMs = options.firstPauseMs
    },
    noAnswer(nowMs) {
      unanswered += 1
      if (unanswered < options.threshold) return
      // Attempts that were under way when it shut say nothing new.
      if (shutUntilMs !== undefined && nowMs < shutUntilMs) return
      if (shutUntilMs !== undefined) pauseMs = Math.min(pauseMs * 2, options.maxPauseMs)
      shutUntilMs = nowMs + pauseMs
    },
  }
}
