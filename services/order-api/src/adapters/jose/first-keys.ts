import { setTimeout as delay } from 'node:timers/promises'
import type { KeySet } from './key-set.js'

export interface FirstKeysOptions {
  /** Called after every attempt that failed. */
  readonly onWaiting: (issuer: string, error: unknown) => void
  /** How long the keys of some issuers are waited for once those of another one are here. */
  readonly othersWaitMs: number
}

const FIRST_DELAY_MS = 250
const MAX_DELAY_MS = 5_000

/**
 * Resolves once the service can check tokens: with the keys of every issuer, or, where some cannot be had for
 * `othersWaitMs`, with those of at least one. Without any it waits on, since it could only refuse.
 */
export async function waitForFirstKeys(
  keySets: ReadonlyMap<string, Pick<KeySet, 'load'>>,
  { onWaiting, othersWaitMs }: FirstKeysOptions,
): Promise<void> {
  const enough = new AbortController()
  const { signal } = enough
  const loads = [...keySets].map(([issuer, keys]) =>
    loadUntil(signal, keys, (error) => onWaiting(issuer, error)),
  )
  const patience = delay(othersWaitMs, undefined, { signal }).catch(() => undefined)
  await Promise.race([Promise.all(loads), Promise.all([Promise.race(loads), patience])])
  enough.abort()
}

async function loadUntil(
  signal: AbortSignal,
  keys: Pick<KeySet, 'load'>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const isOver = () => signal.aborted
  for (let delayMs = FIRST_DELAY_MS; !isOver(); delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    try {
      await keys.load()
      return
    } catch (error) {
      if (!isOver()) onFailure(error)
    }
    await delay(delayMs, undefined, { signal }).catch(() => undefined)
  }
}
