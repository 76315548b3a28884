/** A place in the order of its group: it may go once it is the first. */
export interface GroupTicket {
  readonly isFirst: boolean
  /** Gives the place up, so that the next of the group may go. */
  leave(): void
}

/** Lets one holder per group go at a time, in the order of entering. */
export interface GroupOrder {
  enter(group: string): GroupTicket
  /** Resolves when any holder leaves. */
  readonly change: () => Promise<void>
}

/** Keeps the order of groups over calls that run side by side; groups are forgotten when their last holder leaves. */
export function createGroupOrder(): GroupOrder {
  const queues = new Map<string, object[]>()
  let next: PromiseWithResolvers<void> = Promise.withResolvers()

  return {
    enter(group) {
      const place = {}
      const queue = queues.get(group)
      if (queue === undefined) queues.set(group, [place])
      else queue.push(place)
      return {
        get isFirst() {
          return queues.get(group)?.[0] === place
        },
        leave() {
          const holders = queues.get(group)
          const index = holders?.indexOf(place) ?? -1
          if (holders === undefined || index < 0) return
          holders.splice(index, 1)
          if (holders.length === 0) queues.delete(group)
          const { resolve } = next
          next = Promise.withResolvers()
          resolve()
        },
      }
    },
    change: () => next.promise,
  }
}
