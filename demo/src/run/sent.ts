import { Big } from 'big.js'
import type { Invoice } from '../retail/invoice.js'
import { totalOf } from '../retail/order-of-invoice.js'
import type { Answer } from './storefront.js'

/** An order that got its 202. */
export interface AcceptedOrder {
  readonly id: string
  readonly reference: string
  readonly hasAddress: boolean
  /** It was stored by an earlier run already, so this run brings no event of it. */
  readonly replayed: boolean
  readonly answeredAt: number
}

/** The client's own history: what was sent, and what was answered. */
export interface Sent {
  leaves(): void
  answered(invoice: Invoice, hasAddress: boolean, answer: Answer | undefined): void
  readonly count: number
  readonly accepted: ReadonlyMap<string, AcceptedOrder>
  readonly acceptedTotal: Big
  /** Refusals by status. */
  readonly refused: Readonly<Record<string, number>>
  /** Requests without an answer after all their retries: nothing is known of them. */
  readonly unanswered: number
  /** Time to each 202, in ms. */
  readonly durationsMs: readonly number[]
}

export function createSent(): Sent {
  const accepted = new Map<string, AcceptedOrder>()
  const refused: Record<string, number> = {}
  const durationsMs: number[] = []
  let acceptedTotal = new Big(0)
  let count = 0
  let unanswered = 0
  return {
    accepted,
    refused,
    durationsMs,
    get acceptedTotal() {
      return acceptedTotal
    },
    get count() {
      return count
    },
    get unanswered() {
      return unanswered
    },
    leaves: () => void (count += 1),
    answered(invoice, hasAddress, answer) {
      if (answer === undefined) {
        unanswered += 1
      } else if (answer.status === 202) {
        const { id } = answer.body as { id: string }
        accepted.set(id, {
          id,
          reference: invoice.number,
          hasAddress,
          replayed: answer.replayed,
          answeredAt: Date.now(),
        })
        acceptedTotal = acceptedTotal.plus(totalOf(invoice))
        durationsMs.push(answer.durationMs)
      } else {
        refused[answer.status] = (refused[answer.status] ?? 0) + 1
      }
    },
  }
}
