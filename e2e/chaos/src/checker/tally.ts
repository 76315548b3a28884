/** What a run came to. `lost`, `unexpected`, `duplicated`, `recovered` are the four buckets of a queue's history check. */
export interface Tally {
  attempts: number
  operations: number
  /** Orders with a 202. */
  accepted: number
  lost: number
  /** Stored orders that nobody attempted, or that were refused. */
  unexpected: number
  /** Effects that happened twice. */
  duplicated: number
  /** Orders without an answer that turned out to be stored. */
  recovered: number
  outcomes: Record<string, number>
  events: number
  /** Copies of events beyond the first: harmless, and the sign that duplicates were really there. */
  republished: number
  mails: number
  extraMails: number
  /** Mails that wait for their next attempt after a failure. */
  mailsPutOff: number
  /** From the 202 to the end of the first GET that showed the row. */
  visibility: Quantiles
}

/** Quantiles of durations with a constant number of buckets: 4 % wide, from 1 ms. */
export interface Quantiles {
  add(ms: number): void
  readonly count: number
  at(quantile: number): number
}

const WIDTH = 1.04

export function createQuantiles(): Quantiles {
  const buckets: number[] = []
  let count = 0
  return {
    add(ms) {
      const bucket = Math.max(0, Math.ceil(Math.log(Math.max(ms, 1)) / Math.log(WIDTH)))
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      count += 1
    },
    get count() {
      return count
    },
    at(quantile) {
      let seen = 0
      for (const [bucket, inIt = 0] of buckets.entries()) {
        seen += inIt
        if (seen >= quantile * count && count > 0) return WIDTH ** bucket
      }
      return 0
    },
  }
}

export function createTally(): Tally {
  return {
    attempts: 0,
    operations: 0,
    accepted: 0,
    lost: 0,
    unexpected: 0,
    duplicated: 0,
    recovered: 0,
    outcomes: {},
    events: 0,
    republished: 0,
    mails: 0,
    extraMails: 0,
    mailsPutOff: 0,
    visibility: createQuantiles(),
  }
}
