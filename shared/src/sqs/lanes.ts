/**
 * Lanes: at most K departures are under way at once. An item leaves at once while a lane is free; else it leaves with
 * those that gathered when one frees. No timer, so no added wait at low load, and full batches at capacity.
 */
export interface LanesOptions<Item, Result> {
  /** Takes up to `maxEntries` items of at most `maxBytes` in all somewhere. Settles every passenger, each on its own. Must not reject; a passenger that it leaves unsettled is rejected when it ends. */
  readonly depart: (passengers: readonly Passenger<Item, Result>[]) => Promise<void>
  readonly sizeOf: (item: Item) => number
  readonly maxEntries: number
  /** An item that alone is larger still leaves, alone. */
  readonly maxBytes: number
  /** Most items waiting for a lane; one more is refused with `LanesFullError`. */
  readonly maxWaiting: number
  /** Most bytes (`sizeOf`) waiting for a lane; an item that does not fit beside them is refused too. Without it any. */
  readonly maxWaitingBytes?: number
  /** How many departures may be under way: fixed, or follows the round trip between two bounds. */
  readonly lanes: { readonly min: number; readonly max: number }
  /**
   * How many departures may be under way when one that is not full leaves; all lanes when left out. With 1, what
   * gathers during a call leaves together after it: fewest calls, for work that nobody waits for.
   */
  readonly partialLanes?: number
}

/** An item under way with the one caller that waits for it. Settling twice is ignored. */
export interface Passenger<Item, Result> {
  readonly item: Item
  /** When it was accepted, in ms of the monotonic clock (`performance.now()`). */
  readonly boardedAt: number
  settle(result: Result): void
  fail(error: Error): void
}

export interface Lanes<Item, Result> {
  /** Resolves or rejects with this item's own result. Rejects at once with `LanesFullError` or, after `drain`, `LanesClosedError`. */
  send(item: Item): Promise<Result>
  readonly waiting: number
  /** Departures. */
  readonly underWay: number
  /**
   * Items of the departures that left less than the shortest round trip ago: the others are back, or nearly, and wait for
   * this process.
   */
  readonly travelling: number
  readonly laneCount: number
  /** Refuses new items and resolves once every accepted one is settled. */
  drain(): Promise<void>
}
