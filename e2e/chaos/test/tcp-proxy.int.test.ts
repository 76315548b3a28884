import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '@comanda/e2e/embedded'
import type { TestDatabase } from '@comanda/e2e/embedded'
import pg from 'pg'
import { startTcpProxy } from '../src/proxies/tcp-proxy.js'
import type { TcpProxy } from '../src/proxies/tcp-proxy.js'

describe('the TCP proxy', () => {
  let database: TestDatabase
  let proxy: TcpProxy
  let client: pg.Client

  beforeEach(async () => {
    database = await createTestDatabase()
    const url = new URL(database.url)
    const { port } = url
    proxy = await startTcpProxy(() => Number(port))
    url.port = String(proxy.port)
    client = new pg.Client({ connectionString: url.href, query_timeout: 500 })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('create table kept (number int)')
  })
  afterEach(async () => {
    await client.end().catch(() => undefined)
    await proxy.stop()
    await database.drop()
  })

  async function keptNumbers() {
    const direct = new pg.Client({ connectionString: database.url })
    await direct.connect()
    const { rows } = await direct.query<{ number: number }>('select number from kept')
    await direct.end()
    return rows.map(({ number }) => number)
  }

  it('loses the answer to a COMMIT that is durable', async () => {
    let lost = false
    proxy.loseNextCommit(() => (lost = true))
    await client.query('begin')
    await client.query('insert into kept values (1)')

    await expect(client.query('commit')).rejects.toThrow()
    expect(lost).toBe(true)
    expect(await keptNumbers()).toEqual([1])
  })

  it('delays answers', async () => {
    proxy.setFault({ kind: 'latency', ms: 60 })
    const startedAt = performance.now()
    await client.query('select 1')

    // There and back.
    expect(performance.now() - startedAt).toBeGreaterThan(100)
  })

  it('says nothing at all on a half-open connection, and resets it when the network is back', async () => {
    proxy.setFault({ kind: 'half-open' })
    await expect(client.query('select 1')).rejects.toThrow('timeout')

    const ended = new Promise((resolve) => client.once('end', resolve))
    proxy.setFault(undefined)
    await ended
  })

  it.each(['cut', 'reset'] as const)('ends connections on a %s', async (kind) => {
    const ended = new Promise((resolve) => client.once('end', resolve))
    proxy.setFault({ kind })

    await ended
  })
})
