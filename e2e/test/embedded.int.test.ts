import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { decodeJwt } from 'jose'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import {
  createTestDatabase,
  createTestQueues,
  emulatorClient,
  startIssuer,
  startPostgres,
} from '../src/embedded/index.js'
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

  it('starts a killed Postgres again as soon as the last process of it has gone', async () => {
    const dataDir = join(await mkdtemp(join(tmpdir(), 'comanda-remains-')), 'postgres')
    await chmod(dirname(dataDir), 0o711)
    const killed = await startPostgres({ dataDir, durable: false })
    const client = new pg.Client({ connectionString: killed.url('postgres') })
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    process.kill(rows[0]!.pid, 'SIGSTOP')
    await killed.kill()

    const starting = startPostgres({ dataDir, durable: false, port: killed.port })
    const early = await Promise.race([starting.then(() => true), delay(1_000, false)])
    process.kill(rows[0]!.pid, 'SIGCONT')
    const started = await starting

    expect(early).toBe(false)
    await started.stop()
    await rm(dirname(dataDir), { recursive: true })
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

  it('signs what is asked for over HTTP, as a program on another machine asks', async () => {
    const issuer = await startIssuer()
    const ask = (body: unknown) =>
      fetch(`${issuer.url}/demo/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })

    const answered = await ask({ clientId: 'storefront', account: 'shop', scopes: ['orders:read'] })
    const refused = await ask({ clientId: 'storefront' })

    const claims = decodeJwt(await answered.text())
    await issuer.stop()
    expect(claims).toMatchObject({ client_id: 'storefront', 'custom:account': 'shop', scope: 'orders:read' })
    expect(refused.status).toBe(400)
  })
})
