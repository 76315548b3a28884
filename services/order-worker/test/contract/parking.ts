import { describe, expect, it } from '@jest/globals'
import { EVENT_SCHEMAS } from '@comanda/shared/messages'
import type { Command } from '@comanda/shared/messages'
import type { ParkedCommand } from '../../src/domain/ports.js'
import { cancel, orderOf, place } from '../support/commands.js'
import { done } from './results.js'
import type { OpenShop } from './store-under-test.js'

export function describeParking(name: string, shop: OpenShop): void {
  describe(`${name}: parking`, () => {
    let messages = 0
    const parked = (account: string, more: Partial<ParkedCommand> = {}): ParkedCommand => ({
      messageId: `message-${account}-${(messages += 1)}`,
      queue: 'orders',
      reason: '/data/order: invalid',
      body: '{"half":"\ud83d","nul":"\u0000"}',
      receiveCount: 1,
      sentAt: new Date('2026-01-15T09:30:00.000Z'),
      ...more,
    })
    const unreadable = ({ id, subject, account, actor, time }: Command) =>
      ({ type: 'unreadable', id, subject, account, actor, time }) as const

    it('keeps the message once, and ends the order that it names', async () => {
      const { store, account, apply, view, eventsOf } = await shop()
      const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      const message = parked(account, { order: unreadable(order) })

      await store.parkAll([message])
      await store.parkAll([message])

      expect((await view.parked()).filter(({ messageId }) => messageId === message.messageId)).toEqual([
        {
          messageId: message.messageId,
          reason: message.reason,
          body: expect.stringContaining('half'),
          orderId: order.id,
        },
      ])
      expect(await view.order(order.id)).toMatchObject({
        status: 'rejected',
        version: 1,
        reason: 'unprocessable',
        lines: [],
      })
      expect(await view.timeline(order.id)).toMatchObject([{ version: 1, status: 'rejected' }])
      const events = await eventsOf(order.id)
      expect(
        events.map((event) => EVENT_SCHEMAS['comanda.order.rejected.v1'].parse(event).data),
      ).toMatchObject([{ reason: 'unprocessable', lineCount: 0, lines: [] }])
      expect(await apply(order)).toEqual([done('known')])
    })

    it('leaves decided orders and those of other accounts alone, and ends tombstones', async () => {
      const { store, account, apply, view } = await shop()
      const { account: stranger } = await shop()
      const confirmed = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
      const tombstoned = place(orderOf([{ sku: 'MUG', quantity: 2 }]), { account })
      await apply(confirmed, cancel(tombstoned.id, { account }))

      await store.parkAll([
        parked(account, { order: unreadable(confirmed) }),
        parked(stranger, { order: { ...unreadable(confirmed), account: stranger } }),
        parked(account, { order: unreadable(tombstoned) }),
      ])

      expect(await view.order(confirmed.id)).toMatchObject({ account, status: 'confirmed', version: 1 })
      expect(await view.order(tombstoned.id)).toMatchObject({ status: 'rejected', reason: 'unprocessable' })
    })

    it('keeps messages that name no order', async () => {
      const { store, account, view } = await shop()
      const message = parked(account)

      const { results } = await store.parkAll([message])

      expect(results).toEqual([])
      expect((await view.parked()).map(({ messageId }) => messageId)).toContain(message.messageId)
    })
  })
}
