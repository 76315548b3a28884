import { setTimeout as wait } from 'node:timers/promises'

/** Polls until `look` finds something, for at most `timeoutMs`. */
export async function eventually<Found>(
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  what: string,
  timeoutMs = 20_000,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await wait(25)
  }
  throw new Error(`waited in vain for ${what}`)
}
