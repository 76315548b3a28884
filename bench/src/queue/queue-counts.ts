import type { QueueCounts } from './null-queue.js'

/** What was called between two readings, by action; actions without a call are left out. */
export function countsBetween(before: QueueCounts, after: QueueCounts): QueueCounts {
  return Object.fromEntries(
    Object.entries(after)
      .map(([action, { calls, entries }]) => {
        const earlier = before[action]
        const difference = { calls: calls - (earlier?.calls ?? 0) }
        return [
          action,
          entries === undefined ? difference : { ...difference, entries: entries - (earlier?.entries ?? 0) },
        ] as const
      })
      .filter(([, { calls }]) => calls > 0),
  )
}

export function totalCalls(counts: QueueCounts): number {
  return Object.values(counts).reduce((sum, { calls }) => sum + calls, 0)
}
