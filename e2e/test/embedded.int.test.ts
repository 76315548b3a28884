import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import pg from 'pg'
import { createTestDatabase, createTestQueues, emulatorClient } from '../src/embedded/index.js'
import type { TestDatabase } from '../src/embedded/index.js'

describe('the embedded parts', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  it('gives every test file a migrated Postgres 18 database', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()

    const { rows } = await client.query<{ version: string; orders: string }>(
      `select current_setting('server_version') as version, (select count(*) from orders)::text as orders`,
    )

    await client.end()
    expect(rows[0]?.version).toMatch(/^18\./)
    expect(rows[0]?.orders).toBe('0')
  })

  it('lets order-api read and refuses it every write', async () => {
    const client = new pg.Client({ connectionString: database.urlAs('comanda_order_api') })
    await client.connect()

    await client.query('select * from orders')
    const write = client.query('delete from orders')

    await expect(write).rejects.toThrow('permission denied')
    await client.end()
  })

  it('creates queues that redrive to their dead-letter queues after 20 receives', async () => {
    const queues = await createTestQueues()
    const client = emulatorClient(queues.endpoint)

    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.orders, AttributeNames: ['All'] }),
    )

    client.destroy()
    expect(JSON.parse(Attributes!['RedrivePolicy']!)).toMatchObject({ maxReceiveCount: 20 })
    expect(Attributes!['VisibilityTimeout']).toBe('60')
  })
})
