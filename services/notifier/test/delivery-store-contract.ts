import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { ClaimedDelivery, PlannedDelivery } from '../src/domain/delivery.js'
import type { DeliveryStore } from '../src/domain/ports.js'
import { exampleEvent } from './example-events.js'
import type { EventChanges } from './example-events.js'

/** What a test may do to a store besides using it. */
export interface StoreUnderTest {
  readonly store: DeliveryStore
  /** Lets this much time pass for the store's clock. */
  pass(seconds: number): Promise<void>
  statusOf(
    eventId: string,
  ): Promise<{ status: string; attempts: number; remembersEvent: boolean; reason: string | null }>
  close(): Promise<void>
}

const LEASE_MS = 60_000
const CLAIM = { channels: ['email'], leaseMs: LEASE_MS }
const WAIT = { channels: [], leaseMs: LEASE_MS }

/** The promises of a DeliveryStore, for every kind of it. */
export function deliveryStoreContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`a delivery store (${name})`, () => {
    let at: StoreUnderTest
    let store: DeliveryStore
    beforeEach(async () => {
      at = await create()
      store = at.store
    })
    afterEach(() => at.close())

    const sent = (delivery: ClaimedDelivery) => ({ delivery, result: { kind: 'sent' } as const })
    const retry = (delivery: ClaimedDelivery, delaySeconds: number) => ({
      delivery,
      result: { kind: 'retry', reason: 'smtp_451', delaySeconds } as const,
    })
    const ids = (claimed: readonly ClaimedDelivery[]) => claimed.map(({ eventId }) => eventId)

    it('claims what it stores, for one holder', async () => {
      const delivery = planned()

      const { claimed, stored, waiting } = await store.store([delivery], CLAIM)

      expect({ stored, waiting }).toEqual({ stored: 1, waiting: 0 })
      expect(claimed).toMatchObject([{ ...delivery, attempts: 1 }])
      expect((await store.claimDue('email', 10, LEASE_MS)).claimed).toEqual([])
    })

    it('stores an event once, whatever became of it', async () => {
      const delivery = planned()
      const { claimed } = await store.store([delivery], CLAIM)
      await store.record([sent(claimed[0]!)])

      const again = await store.store([delivery], CLAIM)

      expect(again).toMatchObject({ claimed: [], stored: 0, waiting: 0 })
      expect(await at.statusOf(delivery.eventId)).toMatchObject({ status: 'sent', attempts: 1 })
    })

    it('leaves what no sender has room for to the sweep', async () => {
      const delivery = planned()
      const { claimed, waiting } = await store.store([delivery], WAIT)

      const due = await store.claimDue('email', 10, LEASE_MS)

      expect(claimed).toEqual([])
      expect(waiting).toBe(1)
      expect(due.claimed).toMatchObject([{ ...delivery, attempts: 1 }])
    })

    it('claims no more than asked for, and nothing of another channel', async () => {
      await store.store([planned(), planned(), planned()], WAIT)

      expect((await store.claimDue('pigeon', 10, LEASE_MS)).claimed).toHaveLength(0)
      expect((await store.claimDue('email', 2, LEASE_MS)).claimed).toHaveLength(2)
      expect((await store.claimDue('email', 2, LEASE_MS)).claimed).toHaveLength(1)
    })

    it('hands a claim that ran out to the next one, with the attempt counted', async () => {
      const delivery = planned()
      await store.store([delivery], CLAIM)
      await at.pass(LEASE_MS / 1_000 + 1)

      const { claimed } = await store.claimDue('email', 10, LEASE_MS)

      expect(claimed).toMatchObject([{ ...delivery, attempts: 2 }])
    })

    it('forgets the event of a finished delivery', async () => {
      const [one, two] = [planned(), planned()]
      const { claimed } = await store.store([one, two], CLAIM)
      const of = (wanted: PlannedDelivery) => claimed.find(({ eventId }) => eventId === wanted.eventId)!

      await store.record([sent(of(one)), { delivery: of(two), result: { kind: 'dead', reason: 'smtp_550' } }])

      expect(await at.statusOf(one.eventId)).toMatchObject({ status: 'sent', remembersEvent: false })
      expect(await at.statusOf(two.eventId)).toMatchObject({
        status: 'dead',
        remembersEvent: false,
        reason: 'smtp_550',
      })
    })

    it('makes a retry due after its delay', async () => {
      const { claimed } = await store.store([planned()], CLAIM)
      await store.record([retry(claimed[0]!, 30)])

      const early = await store.claimDue('email', 10, LEASE_MS)
      await at.pass(31)
      const late = await store.claimDue('email', 10, LEASE_MS)

      expect(early.claimed).toEqual([])
      expect(late.claimed).toMatchObject([{ attempts: 2 }])
    })

    it('counts no attempt for what was given back', async () => {
      const { claimed } = await store.store([planned()], CLAIM)

      await store.record([{ delivery: claimed[0]!, result: { kind: 'release', delaySeconds: 0 } }])

      expect((await store.claimDue('email', 10, LEASE_MS)).claimed).toMatchObject([{ attempts: 1 }])
    })

    it('believes of an outdated claim only that the mail was sent', async () => {
      const delivery = planned()
      const { claimed: outdated } = await store.store([delivery], CLAIM)
      await at.pass(LEASE_MS / 1_000 + 1)
      await store.claimDue('email', 10, LEASE_MS)

      await store.record([retry(outdated[0]!, 0)])
      await store.record([{ delivery: outdated[0]!, result: { kind: 'dead', reason: 'smtp_550' } }])
      const held = await store.claimDue('email', 10, LEASE_MS)
      await store.record([sent(outdated[0]!)])

      expect(held.claimed).toEqual([])
      expect(await at.statusOf(delivery.eventId)).toMatchObject({ status: 'sent' })
    })

    it('never changes a finished delivery', async () => {
      const delivery = planned()
      const { claimed } = await store.store([delivery], CLAIM)
      await store.record([{ delivery: claimed[0]!, result: { kind: 'dead', reason: 'smtp_550' } }])

      await store.record([sent(claimed[0]!)])

      expect(await at.statusOf(delivery.eventId)).toMatchObject({ status: 'dead' })
    })

    describe('with several events of one order', () => {
      const order = () => {
        const id = randomUUID()
        return [planned({ order: id, version: 1 }), planned({ order: id, version: 2 })] as const
      }

      it('claims the older one first, and the newer one when that is done', async () => {
        const [first, second] = order()

        const stored = await store.store([second, first], CLAIM)
        const meanwhile = await store.claimDue('email', 10, LEASE_MS)
        const othersWaiting = await store.record([sent(stored.claimed[0]!)])
        const then = await store.claimDue('email', 10, LEASE_MS)

        expect(stored).toMatchObject({ stored: 2, waiting: 1 })
        expect(ids(stored.claimed)).toEqual([first.eventId])
        expect(meanwhile.claimed).toEqual([])
        expect(othersWaiting).toBe(1)
        expect(ids(then.claimed)).toEqual([second.eventId])
      })

      it('ends an event that is older than what was mailed', async () => {
        const [first, second] = order()
        const { claimed } = await store.store([second], CLAIM)
        await store.record([sent(claimed[0]!)])

        const late = await store.store([first], CLAIM)

        expect(late).toMatchObject({ claimed: [], stored: 1, superseded: [{ eventId: first.eventId }] })
        expect(await at.statusOf(first.eventId)).toMatchObject({
          status: 'superseded',
          remembersEvent: false,
        })
      })

      it('ends it also when it waited while the newer one was on its way', async () => {
        const [first, second] = order()
        const { claimed } = await store.store([second], CLAIM)
        await store.store([first], CLAIM)
        await store.record([sent(claimed[0]!)])

        const due = await store.claimDue('email', 10, LEASE_MS)

        expect(due).toMatchObject({ claimed: [], superseded: [{ eventId: first.eventId }] })
        expect(await at.statusOf(first.eventId)).toMatchObject({ status: 'superseded' })
      })

      it('mails the older one when the newer one never arrived', async () => {
        const [first, second] = order()
        const { claimed } = await store.store([second], CLAIM)
        await store.record([{ delivery: claimed[0]!, result: { kind: 'dead', reason: 'smtp_550' } }])

        const late = await store.store([first], CLAIM)

        expect(ids(late.claimed)).toEqual([first.eventId])
      })

      it('lets the newer one wait for a retry that is near, and overtake one that is far', async () => {
        const [first, second] = order()
        const { claimed } = await store.store([first], CLAIM)
        await store.store([second], CLAIM)

        await store.record([retry(claimed[0]!, 30)])
        const near = await store.claimDue('email', 10, LEASE_MS)
        await at.pass(31)
        const again = await store.claimDue('email', 10, LEASE_MS)
        await store.record([retry(again.claimed[0]!, 3_600)])
        const far = await store.claimDue('email', 10, LEASE_MS)

        expect(near.claimed).toEqual([])
        expect(ids(again.claimed)).toEqual([first.eventId])
        expect(ids(far.claimed)).toEqual([second.eventId])
      })

      it('resumes a claim that ran out before it takes another event of the order', async () => {
        const [first, second] = order()
        await store.store([second], CLAIM)
        await store.store([first], CLAIM)
        await at.pass(LEASE_MS / 1_000 + 1)

        const due = await store.claimDue('email', 10, LEASE_MS)

        expect(ids(due.claimed)).toEqual([second.eventId])
      })
    })
  })
}

/** The delivery that an example event asks for. */
export function planned(changes: EventChanges = {}): PlannedDelivery {
  const event = exampleEvent('confirmed', changes)
  return { eventId: event.id, channel: 'email', endpointId: 'customer', event }
}
