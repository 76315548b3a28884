import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { EVENT_SCHEMAS } from '@comanda/shared/messages'
import type { Command } from '@comanda/shared/messages'
import { createMemoryOrderStore } from '../fakes/memory-order-store.js'
import { adjust, cancel, deliver, orderOf, place, put, ship } from '../support/commands.js'

const SKUS = ['MUG', 'CUP', 'BOX'] as const
const STATUSES_AFTER: Readonly<Record<string, readonly string[]>> = {
  confirmed: ['confirmed', 'cancelled', 'shipped'],
  shipped: ['shipped', 'delivered'],
  rejected: ['rejected'],
  cancelled: ['cancelled'],
  delivered: ['delivered'],
}

/** Few orders, keys and products, so that commands meet. */
const line = fc.record({
  sku: fc.constantFrom(...SKUS),
  quantity: fc.integer({ min: 1, max: 4 }),
  unitPrice: fc.option(fc.constantFrom('2.5', '2.50', '9'), { nil: undefined }),
})
const placed = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
    key: fc.constantFrom('a-key-of-the-property', 'another-key-of-it', 'a-third-key-of-the-test'),
    pricesStand: fc.boolean(),
    currency: fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'),
    account: fc.constantFrom('one', 'two'),
  })
  .map(({ lines, key, pricesStand, currency, account }) => {
    const stated = lines.map(({ sku, quantity, unitPrice }) => ({
      sku,
      quantity,
      ...(unitPrice === undefined ? {} : { unitPrice }),
    }))
    return place(orderOf(stated, { currency }), { key, pricesStand, account })
  })
const history = fc
  .record({
    orders: fc.array(placed, { minLength: 1, maxLength: 6 }),
    catalog: fc.array(
      fc
        .record({
          sku: fc.constantFrom(...SKUS),
          account: fc.constantFrom('one', 'two'),
          delta: fc.integer({ min: -3, max: 12 }).filter((delta) => delta !== 0),
          day: fc.integer({ min: 1, max: 9 }),
        })
        .map(({ sku, account, delta, day }) => [
          put(sku, { account, time: `2026-01-0${day}T00:00:00.000Z` }),
          adjust(sku, delta, { account }),
        ]),
      { maxLength: 12 },
    ),
    moves: fc.array(
      fc.record({
        order: fc.nat({ max: 5 }),
        kind: fc.constantFrom(cancel, ship, deliver),
        actor: fc.constantFrom('storefront', 'support'),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ orders, catalog, moves }): Command[] => [
    ...catalog.flat(),
    ...orders,
    ...moves.map(({ order, kind, actor }) => {
      const { id, account } = orders[order % orders.length]!
      return kind(id, { account, actor })
    }),
  ])

/** Any order of arrival, any batches, anything repeated: what a queue may do. */
const arrival = history.chain((commands) =>
  fc
    .array(fc.nat({ max: commands.length - 1 }), { maxLength: commands.length })
    .chain((repeated) => {
      const all = [...commands, ...repeated.map((index) => commands[index]!)]
      return fc.shuffledSubarray(all, { minLength: all.length })
    })
    .chain((shuffled) =>
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: shuffled.length }).map((sizes) => {
        const batches: Command[][] = []
        for (let start = 0; start < shuffled.length; start += batches.at(-1)!.length)
          batches.push(shuffled.slice(start, start + sizes[batches.length]!))
        return batches
      }),
    ),
)

describe('deciding batches in any order of arrival', () => {
  it('sells nothing twice, counts every version and keeps to the states', async () => {
    await fc.assert(
      fc.asyncProperty(arrival, async (batches) => {
        const store = createMemoryOrderStore(() => new Date('2026-01-15T09:30:00.412Z'))
        const { state } = store
        for (const batch of batches) await store.applyAll(batch.map((command) => ({ command })))

        for (const [account, catalog] of state.products) {
          for (const { sku, available } of catalog.values()) {
            const moved = state.movements
              .filter((movement) => movement.account === account)
              .flatMap(({ changes }) => changes)
              .filter((change) => change.sku === sku)
            expect(available).toBe(moved.reduce((sum, { quantity }) => sum + quantity, 0))
            expect(available).toBeGreaterThanOrEqual(0)
          }
        }
        for (const order of state.orders.values()) {
          const entries = state.timeline.filter(({ orderId }) => orderId === order.id)
          expect(entries.map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1))
          expect(order.version).toBe(entries.length)
          for (const [index, { status }] of entries.entries())
            if (index > 0) expect(STATUSES_AFTER[entries[index - 1]!.status]).toContain(status)
          const sold = state.movements
            .filter(({ orderId }) => orderId === order.id)
            .flatMap(({ changes }) => changes)
            .reduce((sum, { quantity }) => sum + quantity, 0)
          const ordered = 'lines' in order ? order.lines.reduce((sum, { quantity }) => sum + quantity, 0) : 0
          expect(sold).toBe(['confirmed', 'shipped', 'delivered'].includes(order.status) ? -ordered : 0)
        }
        const kept = [...state.orders.values()].filter(
          (order) => !('reason' in order && order.reason === 'idempotency_key_reused'),
        )
        for (const owner of state.keys.values())
          expect(kept.filter(({ id }) => id === owner).length).toBeLessThanOrEqual(1)
        expect(new Set(state.events.map(({ id }) => id)).size).toBe(state.events.length)
        for (const event of state.events) expect(EVENT_SCHEMAS[event.type].parse(event)).toEqual(event)
      }),
      { numRuns: 300 },
    )
  })

  it('ends every place in a state that its client can see, whatever else comes', async () => {
    await fc.assert(
      fc.asyncProperty(arrival, async (batches) => {
        const store = createMemoryOrderStore(() => new Date('2026-01-15T09:30:00.412Z'))
        const { state } = store
        for (const batch of batches) await store.applyAll(batch.map((command) => ({ command })))

        const places = batches.flat().filter(({ type }) => type === 'comanda.order.place.v1')
        for (const { id } of places) expect(state.orders.get(id)?.status).not.toBe('accepted')
        for (const { id } of places) expect(state.orders.get(id)).toBeDefined()
      }),
      { numRuns: 100 },
    )
  })
})
