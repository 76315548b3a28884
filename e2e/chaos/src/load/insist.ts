import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from './random.js'

const TRIES = 500
const PAUSE_MS = 200
/** The pause between two tries grows up to this: a client that is told to come later does. */
const MOST_PAUSE_MS = 2_000

/** Gives something until it is answered, as a good client does. Resolves with whether it was. */
export async function insist(random: Random, give: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await give()) return true
    await delay(Math.min(MOST_PAUSE_MS, PAUSE_MS * 1.2 ** tries) * (0.5 + random.next()))
  }
  return false
}
