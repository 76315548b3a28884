import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import pg from 'pg'
import { exampleEvent } from './example-events.js'
import { startNotifierProcess, startStuckQueue } from './notifier-process.js'
import type { NotifierProcess } from './notifier-process.js'
import { createSurroundings, headerOf, untilBlocked } from './running-notifier.js'
import type { Surroundings } from './running-notifier.js'
import { until } from './until.js'

/** The kill points N1 to N4 of a real process, and what the next process makes of it. */
describe('a notifier that is killed', () => {
  let at: Surroundings
  let blocker: pg.Client
  const processes: NotifierProcess[] = []
  beforeEach(async () => {
    at = await createSurroundings({ visibilityTimeoutSeconds: 2 })
    blocker = new pg.Client({ connectionString: at.database.url })
    blocker.on('error', () => undefined)
    await blocker.connect()
  })
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((running) => running.kill()))
    await blocker.end()
    await at.close()
  })

  const start = (changes: Readonly<Record<string, string>> = {}) => {
    const running = startNotifierProcess(at.settings({ VISIBILITY_TIMEOUT_SECONDS: '2', ...changes }))
    processes.push(running)
    return running
  }
  const messageIds = () => at.sink.received.map((mail) => headerOf(mail, 'Message-ID'))
  const status = async () => (await at.rows()).map((row) => row.status)

  /** What a killed process has asked of Postgres would still be done, once the lock is gone. */
  const endBlockedStatements = () =>
    at.sql.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )

  it('before the delivery is stored, leaves the message to be received again (N1)', async () => {
    const event = exampleEvent()
    await blocker.query('begin')
    await blocker.query('lock table deliveries in access exclusive mode')
    const first = start()
    await at.publish(event)
    await untilBlocked(at.sql)

    await first.kill()
    await endBlockedStatements()
    await blocker.query('rollback')
    start()

    await until('it is recorded', async () => (await status())[0] === 'sent')
    expect(messageIds()).toEqual([`<${event.id}@giftshop.example>`])
  })

  it('after the claim and before the mail, leaves the delivery to whoever finds the claim run out (N2)', async () => {
    const event = exampleEvent()
    const silent = createServer((socket) => socket.on('error', () => undefined))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const first = start({ SMTP_URL: `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}` })
    await at.publish(event)
    await until('it is claimed', async () => (await at.rows())[0]?.claimed_until instanceof Date)

    await first.kill()
    silent.close()
    start()
    await at.letTimePass()

    await until('it is recorded', async () => (await status())[0] === 'sent')
    expect(messageIds()).toEqual([`<${event.id}@giftshop.example>`])
    expect(await at.rows()).toMatchObject([{ attempts: 2 }])
  })

  it('after the mail and before the record, sends again under the same Message-ID (N3)', async () => {
    const event = exampleEvent()
    await at.sql.query(`
      create function wait_for_test() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(1); return new; end $$;
      create trigger wait_for_test before update on deliveries
        for each row when (new.status = 'sent') execute function wait_for_test()`)
    await blocker.query('select pg_advisory_lock(1)')
    const first = start()
    await at.publish(event)
    await untilBlocked(at.sql)
    const [mailsBefore, statusBefore] = [messageIds(), await status()]

    await first.kill()
    await endBlockedStatements()
    await blocker.query('select pg_advisory_unlock(1)')
    await at.letTimePass()
    start()

    await until('it is recorded', async () => (await status())[0] === 'sent')
    expect(mailsBefore).toEqual([`<${event.id}@giftshop.example>`])
    expect(statusBefore).toEqual(['pending'])
    expect(messageIds()).toEqual([...mailsBefore, ...mailsBefore])
  })

  it('after the record and before the message is deleted, sends nothing again (N4)', async () => {
    const [event, next] = [exampleEvent(), exampleEvent()]
    const queue = await startStuckQueue(at.queues.endpoint, 'DeleteMessageBatch')
    const first = start({ SQS_ENDPOINT: queue.endpoint })
    await at.publish(event)
    await until('it is recorded', async () => (await status())[0] === 'sent')
    await until('the delete is stuck', () => queue.stuck.length > 0)

    await first.kill()
    await queue.stop()
    start()
    await until('the message came again and went', () => at.queueIsEmpty())
    await at.publish(next)

    await until('the next one is sent', async () => (await status()).length === 2)
    await until('the next one is recorded', async () => (await status()).every((word) => word === 'sent'))
    expect(messageIds()).toEqual([event, next].map(({ id }) => `<${id}@giftshop.example>`))
  })
})
