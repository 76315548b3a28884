import type { HeldMessage } from './held-message.js'

/** Messages in hand that no handler has yet, in the order of their receive. */
export interface WaitingRoom {
  readonly size: number
  add(held: readonly HeldMessage[]): void
  /**
   * Takes up to `count` messages, `BATCH_BYTES` of bodies, but one at least. On FIFO queues one of each group that is
   * free; their groups are taken until `free` is called.
   */
  take(count: number): HeldMessage[]
  /** Frees the groups of a batch that `take` gave out. */
  free(batch: readonly HeldMessage[]): void
  /** Takes out the waiting messages of one group. */
  removeGroup(groupId: string): HeldMessage[]
  remove(held: readonly HeldMessage[]): void
  /** Takes out everything. */
  clear(): HeldMessage[]
}

/** Most bytes of bodies in one batch: a hundred of the largest messages at once would not fit the memory of a pod. */
export const BATCH_BYTES = 4 * 1024 * 1024

/**
 * Creates a waiting room. With `ordered` (FIFO queues) the messages of a group leave one after the other, never two in a
 * batch: the second would be handled although the first has to come again. Without, groups are ignored. It is bounded by
 * what may be in hand, so a scan is cheap.
 */
export function createWaitingRoom({ ordered }: { readonly ordered: boolean }): WaitingRoom {
  let waiting: HeldMessage[] = []
  const takenGroups = new Set<string>()

  function split(leaves: (held: HeldMessage) => boolean): HeldMessage[] {
    const left: HeldMessage[] = []
    const stay: HeldMessage[] = []
    for (const held of waiting) (leaves(held) ? left : stay).push(held)
    waiting = stay
    return left
  }

  return {
    get size() {
      return waiting.length
    },
    add(held) {
      waiting.push(...held)
    },
    take(count) {
      if (!ordered) return waiting.splice(0, fitting(waiting, count))
      const groups = new Set(takenGroups)
      const batch = split(({ message: { groupId } }) => {
        if (groupId === undefined) return true
        if (groups.has(groupId)) return false
        groups.add(groupId)
        return true
      })
      // What does not fit waits again, in front, where it came from.
      waiting.unshift(...batch.splice(fitting(batch, count)))
      for (const { message } of batch) if (message.groupId !== undefined) takenGroups.add(message.groupId)
      return batch
    },
    free(batch) {
      for (const { message } of batch) if (message.groupId !== undefined) takenGroups.delete(message.groupId)
    },
    removeGroup: (groupId) => split(({ message }) => message.groupId === groupId),
    remove(held) {
      split((one) => held.includes(one))
    },
    clear: () => waiting.splice(0),
  }
}

/** How many of the first messages make a batch. */
function fitting(held: readonly HeldMessage[], count: number): number {
  let bytes = 0
  let fits = 0
  while (fits < count && fits < held.length) {
    bytes += held[fits]!.message.body.length
    if (fits > 0 && bytes > BATCH_BYTES) break
    fits += 1
  }
  return fits
}
