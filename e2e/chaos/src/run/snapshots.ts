import { setTimeout as delay } from 'node:timers/promises'
import { checkSnapshot } from '../checker/snapshot-check.js'
import type { SnapshotFinding } from '../checker/snapshot-check.js'

/** Looks at the database again and again while everything breaks. */
export interface Snapshots {
  stop(): Promise<{ readonly taken: number; readonly findings: readonly SnapshotFinding[] }>
}

const EVERY_MS = 2_000
/** The larger the database grows, the longer a look takes: at most a tenth of the time is spent on it. */
const PAUSE_PER_LOOK = 9
const KEPT = 100

export function takeSnapshots(databaseUrl: string): Snapshots {
  const stopping = new AbortController()
  const findings: SnapshotFinding[] = []
  let taken = 0

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      const found = await checkSnapshot(databaseUrl).catch(() => undefined)
      if (found !== undefined) {
        taken += 1
        if (findings.length < KEPT) findings.push(...found)
      }
      const tookMs = performance.now() - startedAt
      await delay(Math.max(EVERY_MS, PAUSE_PER_LOOK * tookMs), undefined, { signal: stopping.signal }).catch(
        () => undefined,
      )
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
      return { taken, findings }
    },
  }
}
