import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import { decideBatch } from '../../src/domain/decide-batch.js'
import type { Decider } from '../../src/domain/ports.js'
import { adjust, orderOf, place, put } from '../support/commands.js'
import { eventually } from '../support/eventually.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { storePool } from '../support/store.js'

describe('the order store on Postgres, when something fails', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let ledger: Ledger
  const mug = () => place(orderOf([{ sku: 'MUG', quantity: 1 }], { customer: { email: 'a@b.example' } }))

  beforeAll(async () => {
    database = await createTestDatabase()
    pool = storePool(database.urlAs('comanda_order_worker'))
    ledger = openLedger(database.url)
    await createPostgresOrderStore({ pool }).applyAll([
      { command: put('MUG') },
      { command: adjust('MUG', 1_000) },
    ])
  })
  afterAll(async () => {
    await pool.end()
    await ledger.end()
    await database.drop()
  })

  const untouched = async (id: string) => {
    expect(await ledger.count('orders where id = $1', id)).toBe(0)
    expect(await ledger.count('commands where command_id = $1', id)).toBe(0)
    expect(await ledger.count('idempotency_keys where order_id = $1', id)).toBe(0)
    expect(await ledger.violations()).toEqual([])
  }

  it.each([
    [
      'a missing table',
      'alter table outbox rename to outbox_away',
      'alter table outbox_away rename to outbox',
      '42P01',
    ],
    [
      'a missing permission',
      'revoke insert on stock_movements from comanda_order_worker',
      'grant insert on stock_movements to comanda_order_worker',
      '42501',
    ],
    [
      'a broken constraint',
      'alter table order_contacts add constraint no_mail check (email is null) not valid',
      'alter table order_contacts drop constraint no_mail',
      '23514',
    ],
  ])('calls %s a defect, and writes nothing', async (_what, breakIt, repair, detail) => {
    const order = mug()
    const store = createPostgresOrderStore({ pool })
    await ledger.rows(breakIt)

    const attempt = store.applyAll([{ command: order }])

    await expect(attempt).rejects.toMatchObject({ code: 'defect', detail })
    await ledger.rows(repair)
    await untouched(order.id)
    await store.applyAll([{ command: order }])
    expect(await ledger.count('orders where id = $1', order.id)).toBe(1)
  })

  it('calls a bug in a decision a defect, and writes nothing', async () => {
    const order = mug()
    const decide: Decider = () => {
      throw new TypeError('a bug')
    }

    const attempt = createPostgresOrderStore({ pool, decide }).applyAll([{ command: order }])

    await expect(attempt).rejects.toMatchObject({ code: 'defect', cause: expect.any(TypeError) })
    await untouched(order.id)
  })

  it('rolls everything back when fewer rows change than were decided', async () => {
    const order = mug()
    let runs = 0
    const decide: Decider = (batch, world, at) => {
      runs += 1
      const decision = decideBatch(batch, world, at)
      const [[key, change] = []] = decision.changes.orders
      // As if another worker had moved the order since it was read.
      if (key !== undefined && change !== undefined)
        decision.changes.orders.set(key, {
          ...change,
          before: { ...change.after, version: 7 } as typeof change.after,
        })
      return decision
    }

    const attempt = createPostgresOrderStore({ pool, decide }).applyAll([{ command: order }])

    await expect(attempt).rejects.toMatchObject({ code: 'defect', detail: 'count_mismatch' })
    expect(runs).toBe(5)
    await untouched(order.id)
  })

  it('calls a value that Postgres refuses a value', async () => {
    const order = mug()
    const huge = {
      ...order,
      data: { ...order.data, fingerprint: `${order.data.fingerprint.slice(1)}\u0000` },
    }

    const attempt = createPostgresOrderStore({ pool }).applyAll([{ command: huge }])

    await expect(attempt).rejects.toMatchObject({ code: 'value', detail: '22021' })
    await untouched(order.id)
  })

  it('runs again by itself after a lock time-out', async () => {
    const impatient = storePool(database.urlAs('comanda_order_worker'))
    impatient.options.lock_timeout = 50
    const blocker = await pool.connect()
    await blocker.query('begin')
    await blocker.query(`select 1 from products where sku = 'MUG' for update`)
    let released: Promise<unknown> | undefined
    const store = createPostgresOrderStore({
      pool: impatient,
      onRetry: () => (released ??= blocker.query('commit')),
    })
    const order = mug()

    const { results } = await store.applyAll([{ command: order }])

    await released
    blocker.release()
    await impatient.end()
    expect(results).toMatchObject([{ kind: 'done', status: 'confirmed' }])
    expect(released).toBeDefined()
  })

  it('gives up a conflict that stays, and writes nothing', async () => {
    const impatient = storePool(database.urlAs('comanda_order_worker'))
    impatient.options.lock_timeout = 20
    const blocker = await pool.connect()
    await blocker.query('begin')
    await blocker.query(`select 1 from products where sku = 'MUG' for update`)
    const order = mug()

    const attempt = createPostgresOrderStore({ pool: impatient }).applyAll([{ command: order }])

    await expect(attempt).rejects.toMatchObject({ code: 'conflict', detail: '55P03' })
    await blocker.query('rollback')
    blocker.release()
    await impatient.end()
    await untouched(order.id)
  })

  it('calls a lost connection away, and finds its own work after a commit whose answer was lost', async () => {
    const order = mug()
    const losing = losingTheAnswerToCommit(pool)

    const attempt = createPostgresOrderStore({ pool: losing }).applyAll([{ command: order }])

    await expect(attempt).rejects.toMatchObject({ code: 'away' })
    const { results, events } = await createPostgresOrderStore({ pool }).applyAll([{ command: order }])
    expect(results).toEqual([{ kind: 'done', outcome: 'known' }])
    expect(events).toEqual([])
    expect(await ledger.count('outbox where order_id = $1', order.id)).toBe(1)
  })

  it('writes nothing when its server process dies before the commit', async () => {
    const order = mug()
    const store = createPostgresOrderStore({ pool })
    const blocker = await pool.connect()
    await blocker.query('begin')
    await blocker.query(`select 1 from products where sku = 'MUG' for update`)

    const attempt = store.applyAll([{ command: order }])
    const refused = expect(attempt).rejects.toMatchObject({ code: 'away' })
    await eventually(
      async () =>
        (
          await ledger.rows(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and query like '%from products%'`,
          )
        ).length > 0,
      'a waiting transaction',
    )
    await refused

    await blocker.query('rollback')
    blocker.release()
    await untouched(order.id)
    expect(await store.isReachable()).toBe(true)
  })

  it('knows that it is away, and never takes a server for a writer that takes no writes', async () => {
    const nowhere = storePool('postgres://postgres@127.0.0.1:1/nothing')
    const replica = storePool(
      `${database.urlAs('comanda_order_worker')}?options=-c%20default_transaction_read_only%3Don`,
    )

    const reachable = await createPostgresOrderStore({ pool: nowhere }).isReachable()
    const writable = await createPostgresOrderStore({ pool: replica }).isReachable()
    const attempt = createPostgresOrderStore({ pool: nowhere }).applyAll([{ command: mug() }])

    await expect(attempt).rejects.toMatchObject({ code: 'away' })
    expect([reachable, writable]).toEqual([false, false])
    // The next one may lead to the writer.
    expect(replica.totalCount).toBe(0)
    await Promise.all([nowhere.end(), replica.end()])
  })

  it('calls what ended a transaction by the failure that came first, not by those that followed from it', async () => {
    const order = mug()
    const holder = await pool.connect()
    await holder.query('begin')
    await holder.query(
      'insert into idempotency_keys (account_id, actor, key, order_id) values ($1, $2, $3, $4)',
      [order.account, order.actor, order.data.key, randomUUID()],
    )
    const hasty = storePool(database.urlAs('comanda_order_worker'), 1)
    hasty.options.statement_timeout = 100
    const store = createPostgresOrderStore({ pool: hasty })

    const attempt = store.applyAll([{ command: order }])

    await expect(attempt).rejects.toMatchObject({ code: 'conflict', detail: '57014' })
    await holder.query('rollback')
    holder.release()
    await hasty.end()
    await untouched(order.id)
  })
})

/** The commit happens, its answer never comes. */
function losingTheAnswerToCommit(pool: pg.Pool): pg.Pool {
  return {
    async connect() {
      const client = await pool.connect()
      return new Proxy(client, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property)
          if (property !== 'query') return typeof value === 'function' ? value.bind(target) : value
          return async (...args: Parameters<pg.PoolClient['query']>) => {
            const result: unknown = await (target.query as (...given: unknown[]) => unknown)(...args)
            if (args[0] !== ('commit' as never)) return result
            throw new Error('Connection terminated unexpectedly')
          }
        },
      })
    },
  } as unknown as pg.Pool
}
