import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { exampleEvent } from './example-events.js'
import { createSurroundings, headerOf } from './running-notifier.js'
import type { Surroundings } from './running-notifier.js'
import { until } from './until.js'

describe('notifier', () => {
  let at: Surroundings
  beforeEach(async () => {
    at = await createSurroundings()
  })
  afterEach(() => at.close())

  const allAre = (status: string, count: number) => async () => {
    const rows = await at.rows()
    return rows.length === count && rows.every((row) => row.status === status)
  }
  const mailedIds = () => at.sink.received.map((mail) => headerOf(mail, 'X-Comanda-Event-Id'))

  it('sends one mail for each event and then forgets the address', async () => {
    const events = Array.from({ length: 30 }, () => exampleEvent())
    await at.start()

    await at.publish(...events)

    await until('30 mails are recorded', allAre('sent', 30))
    const ids = at.sink.received.map((mail) => headerOf(mail, 'Message-ID'))
    expect(ids.toSorted()).toEqual(events.map(({ id }) => `<${id}@giftshop.example>`).toSorted())
    expect((await at.rows()).every(({ event, attempts }) => event === null && attempts === 1)).toBe(true)
    expect(JSON.stringify(await at.rows())).not.toContain('customer-17850')
  })

  it('tells guests nothing, and keeps nothing of their events', async () => {
    const [guest, customer] = [exampleEvent('confirmed', { data: { email: undefined } }), exampleEvent()]
    await at.start()

    await at.publish(guest, customer)

    await until('the other one is sent', allAre('sent', 1))
    expect(mailedIds()).toEqual([customer.id])
  })

  it('sends no second mail for an event that comes again', async () => {
    const [again, last] = [exampleEvent(), exampleEvent()]
    await at.start()
    await at.publish(again)
    await until('it is sent', allAre('sent', 1))

    await at.publish(again, again, last)

    await until('the last one is sent', allAre('sent', 2))
    expect(mailedIds()).toEqual([again.id, last.id])
  })

  it('tries again what the server puts off, and gives up what it refuses, while others go on', async () => {
    const [late, refused, good] = [exampleEvent(), exampleEvent(), exampleEvent()]
    let isGrey = true
    at.sink.answer = (mail) => {
      const id = headerOf(mail, 'X-Comanda-Event-Id')
      if (id === refused.id) return { code: 550, text: `no such user <${mail.to[0]}>` }
      return id === late.id && isGrey ? { code: 451, text: 'try later' } : { code: 250 }
    }
    await at.start()
    await at.publish(late, refused, good)
    await until('each was tried', async () => {
      const rows = await at.rows()
      return rows.length === 3 && rows.every((row) => row.status !== 'pending' || row.last_error !== null)
    })
    const waiting = (await at.rows()).find(({ event_id }) => event_id === late.id)!
    isGrey = false

    await at.letTimePass()

    await until('the late one is sent', () => mailedIds().includes(late.id))
    await until('nothing waits', async () => (await at.rows()).every(({ status }) => status !== 'pending'))
    const dead = (await at.rows()).find(({ event_id }) => event_id === refused.id)!
    expect(waiting).toMatchObject({
      status: 'pending',
      attempts: 1,
      last_error: 'smtp_451',
      claimed_until: null,
    })
    expect(dead).toMatchObject({ status: 'dead', last_error: 'smtp_550', event: null })
    expect(mailedIds().toSorted()).toEqual([late.id, good.id].toSorted())
  })

  it('gives up waiting for a server that hangs on one mail, while others go on', async () => {
    const hanging = exampleEvent()
    const others = Array.from({ length: 20 }, () => exampleEvent())
    at.sink.answer = (mail) => (headerOf(mail, 'X-Comanda-Event-Id') === hanging.id ? 'hang' : { code: 250 })
    await at.start({ SEND_TIMEOUT_MS: '500', SMTP_MAX_CONNECTIONS: '2' })

    await at.publish(hanging, ...others)

    await until('the others are sent', () => at.sink.received.length === 20)
    await until('the hanging one is put off', async () => {
      const row = (await at.rows()).find(({ event_id }) => event_id === hanging.id)
      return row?.last_error === 'smtp_timeout' && row.claimed_until === null
    })
  })

  it('mails what happened to an order in its order, and nothing that is older than the last mail', async () => {
    const order = randomUUID()
    const confirmed = exampleEvent('confirmed', { order, version: 1 })
    const shipped = exampleEvent('shipped', { order, version: 2 })
    const delivered = exampleEvent('delivered', { order, version: 3 })
    await at.start()

    await at.publish(confirmed)
    await until('the first is sent', allAre('sent', 1))
    await at.publish(delivered)
    await until('the last is sent', allAre('sent', 2))
    await at.publish(shipped)

    await until('the one between is known', async () => (await at.rows()).length === 3)
    await until('nothing waits', async () => (await at.rows()).every(({ status }) => status !== 'pending'))
    expect(mailedIds()).toEqual([confirmed.id, delivered.id])
    expect((await at.rows()).find(({ version }) => version === 2)).toMatchObject({ status: 'superseded' })
  })

  it('pauses while the mail server is away and burns no attempts', async () => {
    const port = at.sink.port
    await at.sink.stop()
    await at.start()
    const events = Array.from({ length: 40 }, () => exampleEvent())
    await at.publish(...events)
    await until('all are stored and none is claimed', async () => {
      const rows = await at.rows()
      return rows.length === 40 && rows.every(({ claimed_until }) => claimed_until === null)
    })
    const attempts = (await at.rows()).reduce((sum, row) => sum + row.attempts, 0)

    await at.restartSink(port)

    await until('all are sent', async () => {
      await at.letTimePass()
      return allAre('sent', 40)()
    })
    // Those that found out; ten were under way at once.
    expect(attempts).toBeLessThanOrEqual(15)
    expect(new Set(mailedIds()).size).toBe(40)
  })

  it('shares the work between two replicas without a mail sent twice', async () => {
    await Promise.all([at.start(), at.start()])
    const orders = Array.from({ length: 60 }, () => randomUUID())
    const events = orders.flatMap((order) => [
      exampleEvent('confirmed', { order, version: 1 }),
      exampleEvent('shipped', { order, version: 2 }),
    ])

    await at.publish(...events, ...events.slice(0, 40))

    await until('nothing waits', async () => {
      const rows = await at.rows()
      return rows.length === 120 && rows.every(({ status }) => status !== 'pending')
    })
    const rows = await at.rows()
    const sent = rows.filter(({ status }) => status === 'sent').map(({ event_id }) => event_id)
    expect(mailedIds().toSorted()).toEqual(sent.toSorted())
    expect(rows.filter(({ version, status }) => version === 2 && status === 'sent')).toHaveLength(60)
    for (const order of orders) {
      const versions = at.sink.received
        .filter((mail) => headerOf(mail, 'X-Comanda-Order-Id') === order)
        .map((mail) => events.find(({ id }) => id === headerOf(mail, 'X-Comanda-Event-Id'))!.data.version)
      expect(versions).toEqual(versions.toSorted())
    }
  })

  it('tells its figures without naming anybody', async () => {
    const notifier = await at.start()
    await at.publish(exampleEvent())
    await until('it is sent', allAre('sent', 1))

    const answer = await fetch(`http://127.0.0.1:${notifier.adminPort}/metrics`)
    const text = await answer.text()

    expect(text).toMatch(/notifications_total\{channel="email",outcome="sent",service="notifier"\} 1\n/)
    expect(text).toMatch(/order_accepted_to_notified_seconds_count\{.*\} 1\n/)
    expect(text).not.toContain('shop.example')
  })
})
