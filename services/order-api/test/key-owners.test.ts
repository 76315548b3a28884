import { describe, expect, it } from '@jest/globals'
import type { Pool } from 'pg'
import { createPostgresKeyOwners } from '../src/adapters/postgres/key-owners.js'
import { ORDER_ID } from './orders-for-tests.js'

const claim = { account: 'giftshop', actor: 'storefront', key: 'key-0123456789-1', orderId: ORDER_ID }

function stand(query: () => Promise<unknown>) {
  const outcomes: string[] = []
  const breaker: boolean[] = []
  let queries = 0
  const owners = createPostgresKeyOwners({
    pool: {
      query: () => {
        queries += 1
        return query()
      },
    } as unknown as Pool,
    budgetMs: 20,
    onOutcome: (outcome) => outcomes.push(outcome),
    onBreaker: (open) => breaker.push(open),
  })
  return { owners, outcomes, breaker, queries: () => queries }
}

describe('looking keys up', () => {
  it('gives up after its budget', async () => {
    const { owners, outcomes } = stand(() => new Promise(() => undefined))

    expect(await owners.ownersOf([claim])).toBeUndefined()
    expect(outcomes).toEqual(['too_slow'])
  })

  it('does not ask a server any more that fails again and again', async () => {
    const { owners, outcomes, breaker, queries } = stand(() => Promise.reject(new Error('refused')))

    for (let attempt = 0; attempt < 8; attempt += 1) await owners.ownersOf([claim])

    expect(outcomes).toEqual([...Array.from({ length: 5 }, () => 'failed'), 'skipped', 'skipped', 'skipped'])
    expect(queries()).toBe(5)
    expect(breaker).toEqual([true])
  })

  it('asks again after a while', async () => {
    let away = true
    const { owners, breaker } = stand(() =>
      away ? Promise.reject(new Error('refused')) : Promise.resolve({ rows: [] }),
    )
    for (let attempt = 0; attempt < 5; attempt += 1) await owners.ownersOf([claim])
    away = false

    let found: unknown
    do {
      found = await owners.ownersOf([claim])
      await new Promise(setImmediate)
    } while (found === undefined)

    expect(breaker).toEqual([true, false, false])
  })

  it('finds no owner where no key is stored', async () => {
    const { owners } = stand(() => Promise.resolve({ rows: [] }))

    expect(await owners.ownersOf([claim, claim])).toEqual([undefined, undefined])
  })
})
