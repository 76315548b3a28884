import { describe, expect, it } from '@jest/globals'
import type { Command } from '@comanda/shared/messages'
import { cancel, deliver, orderOf, place, ship } from '../support/commands.js'
import type { OpenShop } from './store-under-test.js'

export function describeRepetition(name: string, shop: OpenShop): void {
  describe(`${name}: repeated and reordered commands`, () => {
    const BUILDERS = {
      place: () => [] as Command[],
      cancel: (id: string, account: string) => [cancel(id, { account })],
      ship: (id: string, account: string) => [ship(id, { account })],
      'ship and deliver': (id: string, account: string) => [ship(id, { account }), deliver(id, { account })],
    }

    it.each(Object.entries(BUILDERS))(
      'end the same when %s comes twice, before the place or after it',
      async (_kind, build) => {
        const { account, apply, view, available, eventsOf } = await shop()
        const ends = []
        for (const arrival of ['in order', 'reversed'] as const) {
          const before = await available('MUG')
          const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]), { account })
          const given = [order, ...build(order.id, account)]
          const coming = arrival === 'in order' ? given : given.toReversed()
          // Each in a batch of its own, each twice; what has to come again does so until all is done.
          let left = [...coming, ...coming]
          for (let round = 0; round < 4 && left.length > 0; round += 1) {
            const again: Command[] = []
            for (const command of left) {
              const [result] = await apply(command)
              if (result?.kind === 'retry') again.push(command)
            }
            left = again
          }
          const row = await view.order(order.id)
          const events = await eventsOf(order.id)
          expect(left).toEqual([])
          expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
          expect(await view.timeline(order.id)).toHaveLength(row?.version ?? -1)
          ends.push({ status: row?.status, taken: (before ?? 0) - ((await available('MUG')) ?? 0) })
        }

        expect(ends[1]).toEqual(ends[0])
      },
    )
  })
}
