/** Remembers the greatest value of the last minute or so. */
export interface OldestLately {
  note(value: number, nowMs: number): void
  read(nowMs: number): number
}

const SLOT_MS = 10_000
const SLOTS = 6

/** Keeps one number for each ten seconds of the last minute, whatever comes. */
export function createOldestLately(): OldestLately {
  const slots = new Map<number, number>()
  const forget = (nowMs: number) => {
    const oldest = Math.floor(nowMs / SLOT_MS) - SLOTS
    for (const slot of slots.keys()) if (slot < oldest) slots.delete(slot)
  }
  return {
    note(value, nowMs) {
      forget(nowMs)
      const slot = Math.floor(nowMs / SLOT_MS)
      slots.set(slot, Math.max(slots.get(slot) ?? 0, value))
    },
    read(nowMs) {
      forget(nowMs)
      return Math.max(0, ...slots.values())
    },
  }
}
