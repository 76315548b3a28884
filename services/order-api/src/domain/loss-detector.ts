import type { OrderReader, OrderRef } from './ports.js'

/** Takes note of accepted orders and looks later whether they arrived. Needs nobody to poll. */
export interface LossDetector {
  /** Notes an order that got its 202. Cheap: most calls only compare two numbers. */
  accepted(order: OrderRef, nowMs: number): void
  /** Looks up everything that is due with one query. Rejects as the reader does; what was due stays due. */
  round(nowMs: number): Promise<void>
  /** Sampled orders that were not there at their last look, by age. */
  readonly missing: { readonly young: number; readonly old: number }
}

interface Sample extends OrderRef {
  readonly acceptedMs: number
  looks: number
}

/** Looks happen this long after acceptance; after the second an order that is not there counts as lost until it comes. */
export const FIRST_LOOK_MS = 60_000
export const SECOND_LOOK_MS = 15 * 60_000
/** One sample a second is 900 in fifteen minutes. */
const SAMPLE_EVERY_MS = 1_000
const MAX_SAMPLES = 1_000
/** Lost orders are looked for in every round, so that the alarm ends by itself; past this many the oldest are let go. */
const MAX_LOST = 1_000

/** `onLost` is told of each order once, when it begins to count as lost. */
export function createLossDetector(
  reader: Pick<OrderReader, 'versions'>,
  onLost: (order: OrderRef) => void,
): LossDetector {
  let samples: Sample[] = []
  let lost: Sample[] = []
  let lastSampleMs = -Infinity

  return {
    accepted({ account, id }, nowMs) {
      if (nowMs - lastSampleMs < SAMPLE_EVERY_MS || samples.length >= MAX_SAMPLES) return
      lastSampleMs = nowMs
      samples.push({ account, id, acceptedMs: nowMs, looks: 0 })
    },

    async round(nowMs) {
      const due = samples.filter(
        ({ looks, acceptedMs }) => nowMs - acceptedMs >= (looks === 0 ? FIRST_LOOK_MS : SECOND_LOOK_MS),
      )
      if (due.length + lost.length === 0) return
      const versions = await reader.versions([...due, ...lost])
      // The tombstone of a cancel has version 0: its order has not arrived.
      const arrived = ({ id }: Sample) => (versions.get(id) ?? 0) > 0
      for (const sample of due) sample.looks = nowMs - sample.acceptedMs >= SECOND_LOOK_MS ? 2 : 1
      const newlyLost = due.filter((sample) => sample.looks === 2 && !arrived(sample))
      lost = [...lost.filter((sample) => !arrived(sample)), ...newlyLost].slice(-MAX_LOST)
      for (const { account, id } of newlyLost) onLost({ account, id })
      const done = new Set(due.filter((sample) => sample.looks === 2 || arrived(sample)))
      samples = samples.filter((sample) => !done.has(sample))
    },

    get missing() {
      return { young: samples.filter(({ looks }) => looks === 1).length, old: lost.length }
    },
  }
}
