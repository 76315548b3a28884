import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, emulatorClient } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import { orderOf, place } from '../support/commands.js'
import { spawnMain } from '../support/worker-process.js'
import { queueDepth, send } from '../support/worker.js'

describe('the commands of order-worker', () => {
  let database: TestDatabase
  let queues: Queues

  beforeAll(async () => {
    database = await createTestDatabase()
    queues = await createTestQueues()
  })
  afterAll(() => database.drop())

  it('migrate says what it did', async () => {
    const { ended } = spawnMain({ DATABASE_URL: database.url }, ['migrate'])

    expect(await ended).toEqual({
      code: 0,
      signal: null,
      stdout: 'The database is up to date.\n',
      stderr: '',
    })
  })

  it('redrive sends dead letters back, at most as many as are asked for, from a named queue or the one of the policy', async () => {
    const client = emulatorClient(queues.endpoint)
    const settings = { SQS_ENDPOINT: queues.endpoint, ORDERS_QUEUE_URL: queues.orders }
    const named = { ORDERS_DEAD_LETTER_QUEUE_URL: queues.ordersDeadLetter }
    await send(
      client,
      queues.ordersDeadLetter,
      Array.from({ length: 13 }, () => place(orderOf([{ sku: 'MUG', quantity: 1 }]))),
    )

    const some = await spawnMain({ ...settings, ...named }, ['redrive', '--max', '4']).ended
    const moved = await queueDepth(client, queues.orders)
    const rest = await spawnMain(settings, ['redrive']).ended

    expect(some).toMatchObject({ code: 0, stdout: '4 messages were sent back.\n' })
    expect(moved).toBe(4)
    expect(rest).toMatchObject({ code: 0, stdout: '9 messages were sent back.\n' })
    expect(await queueDepth(client, queues.orders)).toBe(13)
    client.destroy()
  })

  it('redrive says so where the queue names no dead-letter queue', async () => {
    const { ended } = spawnMain(
      { SQS_ENDPOINT: queues.endpoint, ORDERS_QUEUE_URL: queues.ordersDeadLetter },
      ['redrive'],
    )

    expect(await ended).toMatchObject({
      code: 1,
      stderr: `The queue ${queues.ordersDeadLetter} has no dead-letter queue in its redrive policy.\n`,
    })
  })

  it.each([
    [['redrive', '--max', '0'], 1, '--max must be a whole number above 0.\n'],
    [['redrive', '--maximum', '1'], 1, expect.stringContaining('--maximum')],
    [['dance'], 2, 'order-worker has no command "dance": use run, migrate or redrive.\n'],
  ])('%j is refused with one sentence', async (args, code, stderr) => {
    const { ended } = spawnMain(
      {
        SQS_ENDPOINT: queues.endpoint,
        ORDERS_QUEUE_URL: queues.orders,
        ORDERS_DEAD_LETTER_QUEUE_URL: queues.ordersDeadLetter,
      },
      args,
    )

    expect(await ended).toEqual({ code, signal: null, stdout: '', stderr })
  })

  it('names the settings that are missing or wrong, and does not start', async () => {
    const { ended } = spawnMain({
      DATABASE_URL: 'mysql://x',
      BATCH_SIZE: 'many',
      EVENTS_QUEUE_URL: queues.events,
    })

    const { code, stderr } = await ended

    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^The service cannot start: .*DATABASE_URL is wrong.*ORDERS_QUEUE_URL is missing.*BATCH_SIZE is wrong.*\n$/,
    )
    expect(stderr).not.toContain('mysql')
  })
})
