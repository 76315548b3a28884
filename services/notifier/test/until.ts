import { setTimeout as delay } from 'node:timers/promises'

/** Resolves once `condition` holds. Rejects, with what was awaited, when it does not within ten seconds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const endsAt = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`did not happen: ${what}`)
    await delay(10)
  }
}
