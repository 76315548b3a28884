import { setTimeout as wait } from 'node:timers/promises'
import { PATIENCE } from './patience.js'

/** Polls until `look` finds something, for at most `timeoutMs` (longer where the target needs it). Rejects with what was waited for. */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  timeoutMs = 20_000,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs * PATIENCE
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await wait(20)
  }
}
