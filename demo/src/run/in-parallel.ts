/**
 * Does `work` for every item, at most `limit` at once, in the order of the items; begins none once `signal` aborts.
 * Rejects with the first failure.
 */
export async function inParallel<Item>(
  limit: number,
  items: Iterable<Item>,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = queue.next(); !next.done && !signal.aborted; next = queue.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
