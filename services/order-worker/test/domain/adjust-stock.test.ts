import { describe, expect, it } from '@jest/globals'
import type { AdjustStock } from '@comanda/shared/messages'
import { decideBatch } from '../../src/domain/decide-batch.js'
import type { World } from '../../src/domain/world.js'
import { adjust } from '../support/commands.js'

const GIVEN_AT = '2026-01-15T09:30:00.000Z'
const PATIENCE_MS = 300_000

/** A shop with three mugs, and `decide` so many ms after the commands were given. */
function shop() {
  const mug = { sku: 'MUG', price: '2.5000', currency: 'GBP', available: 3, putAtMs: 0 }
  const world: World = {
    orders: new Map(),
    products: new Map([['giftshop', new Map([['MUG', mug]])]]),
    keyOwners: new Map(),
    known: new Set(),
  }
  const atMs = (afterMs: number) => new Date(Date.parse(GIVEN_AT) + afterMs)
  const decide = (command: AdjustStock, afterMs: number, receivedAfterMs = 0) =>
    decideBatch([{ command, firstReceivedAt: atMs(receivedAfterMs) }], world, atMs(afterMs), PATIENCE_MS)
      .results[0]
  return { decide, available: () => world.products.get('giftshop')!.get('MUG')!.available }
}

describe('a stock change that takes more than there is', () => {
  it('waits, and is applied once the change has come that it had overtaken', () => {
    const { decide, available } = shop()
    const [more, less] = [10, -5].map((delta) => adjust('MUG', delta, { time: GIVEN_AT }))

    const results = [less!, more!, less!].map((command) => decide(command, 1_000))

    expect(results).toEqual([
      { kind: 'retry', reason: 'too_early' },
      { kind: 'done', outcome: 'applied' },
      { kind: 'done', outcome: 'applied' },
    ])
    expect(available()).toBe(8)
  })

  it('waits as long after an outage, when the change that it overtook has been in the queue for as long as itself', () => {
    const { decide, available } = shop()
    const [more, less] = [10, -5].map((delta) => adjust('MUG', delta, { time: GIVEN_AT }))
    const backMs = 10 * PATIENCE_MS

    const results = [less!, more!, less!].map((command) => decide(command, backMs + 1_000, backMs))

    expect(results.map((result) => result?.kind)).toEqual(['retry', 'done', 'done'])
    expect(available()).toBe(8)
  })

  it('is refused for good when nothing has made room for it in time', () => {
    const { decide, available } = shop()
    const less = adjust('MUG', -5, { time: GIVEN_AT })

    const results = [PATIENCE_MS - 1, PATIENCE_MS].map((afterMs) => decide(less, afterMs))

    expect(results).toEqual([
      { kind: 'retry', reason: 'too_early' },
      { kind: 'done', outcome: 'refused', reason: 'insufficient_stock' },
    ])
    expect(available()).toBe(3)
  })
})
