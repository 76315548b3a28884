import { setTimeout as wait } from 'node:timers/promises'

/** Resolves once the condition holds; fails when it does not before the deadline. */
export async function until(condition: () => boolean, what: string, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`it did not happen in time: ${what}`)
    await wait(2)
  }
}
