import type { Channel } from './channel.js'
import type { ClaimedDelivery, DeliveryResult } from './delivery.js'
import type { OutageGate } from './outage-gate.js'
import type { SendOutcome } from './ports.js'
import { retryDelaySeconds } from './retry-schedule.js'
import type { SenderObserver } from './sender-observer.js'

export interface AttemptSurroundings {
  readonly channel: Channel
  readonly gate: OutageGate
  readonly observer: SenderObserver
  /** A steady clock in milliseconds. */
  readonly now: () => number
  /** From 0 to below 1. */
  readonly random: () => number
}

/** A defect is ours: the delivery is tried again, since a later release may do better. */
type AttemptOutcome = SendOutcome | { readonly kind: 'defect'; readonly reason: string }

/** How soon a delivery is looked at again whose attempt found out that the far end is away. The gate decides anyway. */
const OUTAGE_DELAY_SECONDS = 1

/** Makes one attempt and says what becomes of the delivery. Never rejects. */
export async function attemptDelivery(
  delivery: ClaimedDelivery,
  surroundings: AttemptSurroundings,
): Promise<DeliveryResult> {
  const { channel, gate, observer, now } = surroundings
  const startedAtMs = now()
  const outcome = await tryToSend(delivery, surroundings)
  const wasOpen = gate.state(now()) === 'open'
  if (outcome.kind === 'no_answer') gate.noAnswer(now())
  else if (outcome.kind !== 'defect') gate.answered()
  const isOpen = gate.state(now()) === 'open'
  observer.attempted(delivery, outcome, now() - startedAtMs)
  if (wasOpen !== isOpen) observer.gateMoved(channel.name, isOpen)

  if (outcome.kind === 'sent') return { kind: 'sent' }
  // The far end is away as a whole: that is no failure of this delivery.
  if (outcome.kind === 'no_answer' && !isOpen) return { kind: 'release', delaySeconds: OUTAGE_DELAY_SECONDS }
  const { reason } = outcome
  const delaySeconds =
    outcome.kind === 'refused' ? undefined : retryDelaySeconds(delivery.attempts, surroundings.random())
  if (delaySeconds !== undefined) return { kind: 'retry', reason, delaySeconds }
  observer.gaveUp(delivery, reason)
  return { kind: 'dead', reason }
}

async function tryToSend(
  delivery: ClaimedDelivery,
  { channel, observer }: AttemptSurroundings,
): Promise<AttemptOutcome> {
  try {
    return await channel.send(delivery)
  } catch (error) {
    observer.failed('send', error)
    return { kind: 'defect', reason: 'defect' }
  }
}
