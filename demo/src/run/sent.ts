import type { Answer } from './storefront.js'

/** An order that got its 202. */
export interface AcceptedOrder {
  readonly id: string
  readonly reference: string
  readonly email: string | undefined
  /** By the wall clock, in ms. */
  readonly answeredAt: number
}

/** The client's own history: what was sent, and what was answered. */
export interface Sent {
  leaves(): void
  answered(
    order: Pick<AcceptedOrder, 'reference' | 'email'>,
    answer: Answer | undefined,
    durationMs: number,
  ): void
  readonly count: number
  /** By order id. */
  readonly accepted: ReadonlyMap<string, AcceptedOrder>
  /** Refusals by status. */
  readonly refused: Readonly<Record<string, number>>
  /** Requests without an answer after all their retries: nothing is known of them. */
  readonly unanswered: number
  /** Attempts beyond the first of each request. */
  readonly retries: number
  /** From the instant a request was due to its 202, retries included, in ms. */
  readonly durationsMs: readonly number[]
  /** From the start of this process to the first and the last answer. */
  readonly firstAnswerMs: number | undefined
  readonly lastAnswerMs: number | undefined
}

export function createSent(): Sent {
  const accepted = new Map<string, AcceptedOrder>()
  const refused: Record<string, number> = {}
  const durationsMs: number[] = []
  let count = 0
  let unanswered = 0
  let retries = 0
  let firstAnswerMs: number | undefined
  let lastAnswerMs: number | undefined
  return {
    accepted,
    refused,
    durationsMs,
    get count() {
      return count
    },
    get unanswered() {
      return unanswered
    },
    get retries() {
      return retries
    },
    get firstAnswerMs() {
      return firstAnswerMs
    },
    get lastAnswerMs() {
      return lastAnswerMs
    },
    leaves: () => void (count += 1),
    answered(order, answer, durationMs) {
      if (answer === undefined) {
        unanswered += 1
        return
      }
      lastAnswerMs = performance.now()
      firstAnswerMs ??= lastAnswerMs
      retries += answer.attempts - 1
      if (answer.id !== undefined) {
        const { id } = answer
        accepted.set(id, { id, ...order, answeredAt: Date.now() })
        durationsMs.push(durationMs)
      } else {
        refused[answer.status] = (refused[answer.status] ?? 0) + 1
      }
    },
  }
}
