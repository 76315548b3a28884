import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createServiceLogins, createTestQueues, emulatorClient, startPostgres } from '@comanda/e2e/embedded'
import type { EmbeddedPostgres, Queues } from '@comanda/e2e/embedded'
import { migrate } from '@comanda/shared/postgres'
import { startService } from '../../src/service.js'
import type { OrderWorker } from '../../src/service.js'
import { adjust, orderOf, place, put } from '../support/commands.js'
import { eventually } from '../support/eventually.js'
import { openLedger } from '../support/ledger.js'
import { metric, queueDepth, send, testEvents, workerConfig } from '../support/worker.js'

describe('while Postgres is away', () => {
  let folder: string
  let postgres: EmbeddedPostgres
  let queues: Queues
  let client: SQSClient
  let worker: OrderWorker

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-away-'))
    await chmod(folder, 0o711)
    postgres = await startPostgres({ dataDir: join(folder, 'data') })
    await migrate(postgres.url('postgres'))
    await createServiceLogins(postgres.url('postgres'))
    queues = await createTestQueues({ maxReceiveCount: 3 })
    client = emulatorClient(queues.endpoint)
  }, 60_000)
  afterAll(async () => {
    await worker.stop()
    client.destroy()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const databaseUrl = () => postgres.url('postgres').replace('postgres@', 'comanda_order_worker_login@')
  const restart = async () => {
    postgres = await startPostgres({ dataDir: join(folder, 'data'), port: postgres.port })
  }

  it('a worker stops receiving, and goes on by itself without a dead letter', async () => {
    worker = await startService(workerConfig({ databaseUrl: databaseUrl(), queues }))
    const events = testEvents(client, queues.events)
    const order = () => place(orderOf([{ sku: 'MUG', quantity: 1 }]))
    const before = order()
    await send(client, queues.orders, [put('MUG'), adjust('MUG', 1_000)])
    await eventually(
      async () => (await metric(worker.adminPort, 'messages_settled_total')) >= 2,
      'the catalog',
    )
    await send(client, queues.orders, [before])
    await events.next(before.id, 'confirmed')

    await postgres.kill()
    const noticed = order()
    await send(client, queues.orders, [noticed])
    await eventually(() => worker.state === 'paused', 'the pause')
    const received = await metric(worker.adminPort, 'messages_received_total')
    const during = Array.from({ length: 40 }, order)
    await send(client, queues.orders, during)
    const probed = await eventually(async () => {
      const live = await fetch(`http://127.0.0.1:${worker.adminPort}/livez`)
      const ready = await fetch(`http://127.0.0.1:${worker.adminPort}/readyz`)
      const depth = await queueDepth(client, queues.orders)
      return depth === 41 && [live.status, ready.status]
    }, 'everything to wait in the queue')
    const receivedMeanwhile = (await metric(worker.adminPort, 'messages_received_total')) - received
    await restart()
    await eventually(() => worker.state === 'running', 'the resumption')
    const ledger = openLedger(postgres.url('postgres'))
    await eventually(
      async () => (await ledger.count(`orders where status = 'confirmed'`)) === 42,
      'every order',
    )

    // Neither liveness nor readiness hang on a dependency.
    expect(probed).toEqual([200, 200])
    // A poll that was open when the pause began may still bring a few.
    expect(receivedMeanwhile).toBeLessThanOrEqual(10)
    expect(await queueDepth(client, queues.ordersDeadLetter)).toBe(0)
    expect(await ledger.violations()).toEqual([])
    await eventually(async () => (await ledger.count('outbox')) === 0, 'an empty outbox')
    await ledger.end()
  }, 60_000)

  it('a worker starts, and takes its first order when Postgres comes', async () => {
    await postgres.stop()
    await worker.stop()
    worker = await startService(workerConfig({ databaseUrl: databaseUrl(), queues }))
    const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))
    await send(client, queues.orders, [order])
    await eventually(() => worker.state === 'paused', 'the pause')

    await restart()

    await testEvents(client, queues.events).next(order.id, 'confirmed')
    expect(await queueDepth(client, queues.ordersDeadLetter)).toBe(0)
  }, 60_000)

  it('a worker leaves a server that has become read-only, and goes on when there is a writer again', async () => {
    const ledger = openLedger(postgres.url('postgres'))
    const connections = `select pid from pg_stat_activity where usename = 'comanda_order_worker_login'`
    const readOnly = async (value: 'on' | 'off') => {
      await ledger.rows(`alter role comanda_order_worker_login set default_transaction_read_only = ${value}`)
      if (value === 'off') return
      // As a fail-over does: whoever connects again comes to a server that takes no writes.
      await ledger.rows(`select pg_terminate_backend(pid) from (${connections}) as of_the_worker`)
    }
    const order = place(orderOf([{ sku: 'MUG', quantity: 1 }]))
    // A new one, whose probes are not spread yet by the outage before. Few connections: probes that come ever more rarely
    // have to use up all of them.
    await worker.stop()
    worker = await startService(
      workerConfig({ databaseUrl: databaseUrl(), queues }, { DATABASE_MAX_CONNECTIONS: 3, CONCURRENCY: 1 }),
    )
    await readOnly('on')
    await send(client, queues.orders, [order])
    await eventually(() => worker.state === 'paused', 'the pause')
    const pauses = await metric(worker.adminPort, 'consumer_pauses_total')
    const seen = new Set<number>()
    await eventually(async () => {
      for (const { pid } of await ledger.rows<{ pid: number }>(connections)) seen.add(pid)
      // More than a pool holds: connections to the wrong server are given up, one after the other.
      return seen.size > 3
    }, 'new connections')

    await readOnly('off')

    await testEvents(client, queues.events).next(order.id, 'confirmed')
    // The probe tells a server that cannot be written from one that can: it paused once for all.
    expect(await metric(worker.adminPort, 'consumer_pauses_total')).toBe(pauses)
    expect(await queueDepth(client, queues.ordersDeadLetter)).toBe(0)
    await ledger.end()
  }, 60_000)
})
