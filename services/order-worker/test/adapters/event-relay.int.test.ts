import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import { createEntrySender } from '@comanda/shared/sqs'
import type { EntryResult, OutgoingMessage } from '@comanda/shared/sqs'
import { createPostgresOrderStore } from '../../src/adapters/postgres/order-store.js'
import { createPostgresOutbox } from '../../src/adapters/postgres/outbox.js'
import { createEventRelay } from '../../src/adapters/sqs/event-relay.js'
import type { EventRelayOptions, RunningEventRelay } from '../../src/adapters/sqs/event-relay.js'
import type { Outbox, OutboxEvent } from '../../src/domain/ports.js'
import { orderOf, place } from '../support/commands.js'
import { eventually } from '../support/eventually.js'
import { openLedger } from '../support/ledger.js'
import type { Ledger } from '../support/ledger.js'
import { storePool } from '../support/store.js'

const SENT: EntryResult = { kind: 'sent' }

describe('the outbox relay', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let ledger: Ledger
  let outbox: Outbox
  /** Every message that reached the queue, in order. */
  let sent: OutgoingMessage[] = []
  const relays: RunningEventRelay[] = []

  beforeAll(async () => {
    database = await createTestDatabase()
    pool = storePool(database.urlAs('comanda_order_worker'), 8)
    ledger = openLedger(database.url)
    outbox = createPostgresOutbox(pool)
  })
  beforeEach(async () => {
    sent = []
    await ledger.rows('delete from outbox')
  })
  afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.drain())))
  afterAll(async () => {
    await pool.end()
    await ledger.end()
    await database.drop()
  })

  type Send = (messages: readonly OutgoingMessage[]) => Promise<readonly EntryResult[]>
  const take: Send = async (messages) => {
    sent.push(...messages)
    return messages.map(() => SENT)
  }
  function relay(sendBatch: Send = take, more: Partial<EventRelayOptions> = {}): RunningEventRelay {
    const created = createEventRelay({
      sender: createEntrySender({ sendBatch }, { attempts: 2, retryDelayMs: 1 }),
      outbox,
      observer: {
        sent: () => undefined,
        notSent: () => undefined,
        measured: () => undefined,
        failed: () => undefined,
      },
      fifo: false,
      maxLanes: 4,
      maxWaiting: 1_000,
      sweepIntervalMs: 20,
      sweepAfterMs: 0,
      ...more,
    })
    relays.push(created)
    return created
  }
  /** Commits orders; each is rejected and so leaves one event. */
  async function commit(count: number): Promise<readonly OutboxEvent[]> {
    const orders = Array.from({ length: count }, () => place(orderOf([{ sku: 'NONE', quantity: 1 }])))
    const store = createPostgresOrderStore({ pool })
    const { events } = await store.applyAll(orders.map((command) => ({ command })))
    return events
  }
  const ids = (events: readonly OutboxEvent[]) => events.map(({ id }) => id).sort()
  const sentIds = () => sent.map(({ deduplicationId }) => deduplicationId).sort()
  const unsent = () => ledger.count('outbox')
  const emptied = () => eventually(async () => (await unsent()) === 0, 'an empty outbox')

  it('sends events right after their commit, in tens, and forgets them', async () => {
    const calls: number[] = []
    const fast = relay(async (messages) => {
      calls.push(messages.length)
      return take(messages)
    })
    const events = await commit(25)

    fast.publish(events)
    await emptied()

    expect(sentIds()).toEqual(ids(events))
    expect(calls).toEqual([10, 10, 5])
    expect(sent[0]).toEqual({
      body: events[0]?.body,
      groupId: events[0]?.group,
      deduplicationId: events[0]?.id,
      orderId: events[0]?.orderId,
    })
  })

  it('groups by order on FIFO queues', async () => {
    const fast = relay(take, { fifo: true })
    const [event] = await commit(1)

    fast.publish([event!])
    await emptied()

    expect(sent.map(({ groupId }) => groupId)).toEqual([event?.orderId])
  })

  it('sends what a process that ended after its commit left behind', async () => {
    const events = await commit(450)

    relay().start()
    await emptied()

    expect(sentIds()).toEqual(ids(events))
  })

  it('sends again, under the same id, what a process that ended before forgetting had sent', async () => {
    const dying = relay(take, {
      outbox: { ...outbox, remove: () => Promise.reject(new Error('the process is gone')) },
    })
    const events = await commit(3)
    dying.publish(events)
    await dying.drain()
    expect(await unsent()).toBe(3)

    relay().start()
    await emptied()

    expect(sentIds()).toEqual([...ids(events), ...ids(events)].sort())
    expect(new Set(sent.map(({ body }) => body)).size).toBe(3)
  })

  it('lets go of its claim when it ends between claim and send', async () => {
    const events = await commit(5)
    const claimed = Promise.withResolvers<undefined>()
    const sweep = outbox.sweep({
      olderThanMs: 0,
      limit: 10,
      except: [],
      send: async () => {
        claimed.resolve(undefined)
        return new Promise<never>((_resolve, reject) => {
          died.promise.then(() => reject(new Error('the process is gone')), reject)
        })
      },
    })
    const died = Promise.withResolvers<undefined>()
    const failed = expect(sweep).rejects.toMatchObject({ code: expect.any(String) })
    await claimed.promise
    await ledger.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and state = 'idle in transaction'`,
    )
    died.resolve(undefined)
    await failed

    relay().start()
    await emptied()

    expect(sentIds()).toEqual(ids(events))
  })

  it('forgets only the entries that the queue took', async () => {
    const events = await commit(10)
    let refusing = true
    const half = relay(async (messages) => {
      const results = messages.map(({ deduplicationId }): EntryResult =>
        refusing && events.findIndex(({ id }) => id === deduplicationId) % 2 === 1
          ? { kind: 'failed', code: 'InternalError', retryable: true }
          : SENT,
      )
      sent.push(...messages.filter((_, index) => results[index] === SENT))
      return results
    })

    half.publish(events)
    await eventually(async () => (await unsent()) === 5, 'half of the events to be forgotten')
    const first = sentIds()
    refusing = false
    half.start()
    await emptied()

    expect(first).toEqual(ids(events.filter((_, index) => index % 2 === 0)))
    expect(sentIds()).toEqual(ids(events))
  })

  it('keeps everything while the queue is away, and sends it once it is back', async () => {
    const events = await commit(30)
    let away = true
    let refused = 0
    const cut = relay(async (messages) => {
      if (!away) return take(messages)
      refused += 1
      throw new Error('connect ECONNREFUSED')
    })

    cut.publish(events)
    cut.start()
    await eventually(() => refused > 6, 'the sweep to try as well')
    expect(await unsent()).toBe(30)
    away = false
    await emptied()

    expect(sentIds()).toEqual(ids(events))
  })

  it('leaves to the sweep what finds no room on the fast path', async () => {
    const events = await commit(60)
    const narrow = relay(take, { maxWaiting: 10, maxLanes: 1 })

    narrow.publish(events)
    narrow.start()
    await emptied()

    expect(sentIds()).toEqual(ids(events))
  })

  it('sends nothing twice when several processes sweep at once', async () => {
    const events = await commit(900)

    for (let replica = 0; replica < 3; replica += 1) relay().start()
    await emptied()

    expect(sentIds()).toEqual(ids(events))
  })

  it('leaves young events to the process that made them', async () => {
    const events = await commit(4)
    const looked: number[] = []
    const other = relay(take, {
      sweepAfterMs: 60_000,
      observer: {
        sent: () => undefined,
        notSent: () => undefined,
        measured: (count) => void looked.push(count),
        failed: () => undefined,
      },
    })

    other.start()
    await eventually(() => looked.length >= 3, 'the sweep to look three times')

    expect(looked.slice(0, 3)).toEqual([4, 4, 4])
    expect(sent).toEqual([])
    expect(await unsent()).toBe(events.length)
  })

  it('skips no event that is committed late', async () => {
    const late = await pool.connect()
    const insert = `insert into outbox (event_id, order_id, message_group, body) values ($1, $1, 'g', 'late')`
    await late.query('begin')
    await late.query(insert, [randomUUID()])
    await commit(3)
    relay().start()
    await eventually(() => sent.length === 3, 'the events that were committed')

    await late.query('commit')
    late.release()
    await emptied()

    expect(sent.map(({ body }) => body)).toContain('late')
  })

  it('sends what waits before it stops', async () => {
    const gate = Promise.withResolvers<undefined>()
    const slow = relay(async (messages) => {
      await gate.promise
      return take(messages)
    })
    const events = await commit(35)
    slow.publish(events)

    const drained = slow.drain()
    gate.resolve(undefined)
    await drained

    expect(sentIds()).toEqual(ids(events))
    expect(await unsent()).toBe(0)
  })
})
