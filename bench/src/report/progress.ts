import type { QuietRun } from '../host/foreign-cpu.js'

/** Tells the person in front of the terminal how far the bench is. */
export interface Progress {
  say(text: string, run?: Pick<QuietRun<unknown>, 'foreignCores' | 'quiet' | 'discarded'>): void
}

export function createProgress(write: (line: string) => void): Progress {
  const startedAt = performance.now()
  return {
    say(text, run) {
      const at = ((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)
      const noise =
        run === undefined || (run.quiet && run.discarded === 0)
          ? ''
          : ` (${run.discarded} discarded${run.quiet ? '' : `; still noisy: ${run.foreignCores.toFixed(2)} core of others`})`
      write(`${at} s  ${text}${noise}`)
    },
  }
}
