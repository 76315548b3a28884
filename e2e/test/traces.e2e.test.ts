import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SPAN_ATTRIBUTES, readTraceparent } from '@comanda/shared/tracing'
import type { ReceivedSpan } from '../src/embedded/otlp-receiver.js'
import { eventually } from './support/eventually.js'
import { accepted, newKey, orderOf, place, settledOrder } from './support/shop.js'
import { startStand } from './support/stand.js'
import type { Stand } from './support/stand.js'

/** The way of an order through its trace: each span goes on from the one before. */
const WAY: readonly (readonly [service: string, name: RegExp, kind: ReceivedSpan['kind']])[] = [
  ['order-api', /^POST \/v1\/orders$/, 'server'],
  ['order-api', /^send orders(\.fifo)?$/, 'producer'],
  ['order-worker', /^process orders(\.fifo)?$/, 'consumer'],
  ['order-worker', /^send order-events(\.fifo)?$/, 'producer'],
  ['notifier', /^process order-events(\.fifo)?$/, 'consumer'],
  ['notifier', /^send mail$/, 'client'],
]

describe('the trace of an order', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await startStand({ traced: true })
  })
  afterAll(() => stand.stop())

  const spans = () => stand.target.spans ?? []
  const childrenOf = (parent: ReceivedSpan) =>
    spans().filter(
      ({ traceId, parentSpanId }) => traceId === parent.traceId && parentSpanId === parent.spanId,
    )

  /** Goes on from a span along the rest of the way. */
  const follow = (span: ReceivedSpan, rest: typeof WAY): readonly ReceivedSpan[] | undefined => {
    const [next, ...further] = rest
    if (next === undefined) return [span]
    const [service, name, kind] = next
    for (const child of childrenOf(span)) {
      if (child.service !== service || child.kind !== kind || !name.test(child.name)) continue
      const way = follow(child, further)
      if (way !== undefined) return [span, ...way]
    }
    return undefined
  }

  /** The spans of an order from the request to the mail, once all have arrived. A caller may have asked more than once. */
  const wayOf = (orderId: string) =>
    eventually(
      `the whole trace of order ${orderId}`,
      () => {
        const [request, ...further] = WAY
        for (const span of spans()) {
          if (!request![1].test(span.name) || span.attributes['comanda.order.id'] !== orderId) continue
          const way = follow(span, further)
          if (way !== undefined) return way
        }
        return undefined
      },
      60_000,
    )

  /** The batch that a message was handled in, and what was done in it. */
  const batchOf = (processed: ReceivedSpan) =>
    eventually('the batch of a message', () => {
      const batch = spans().find(({ spanId }) => spanId === processed.links[0]?.spanId)
      return batch && { batch, within: childrenOf(batch) }
    })

  it('joins the request, both queues, the transaction, the outbox and the mail', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 5 } })

    const order = await place(shop, orderOf('HEART'))
    const [request, sent, decided, told, taken, mailed] = await wayOf(order.id)
    const { batch, within } = await batchOf(decided!)
    const transaction = within.find(({ name }) => name === 'transaction')
    const statements = childrenOf(transaction!).map(({ name }) => name)
    const stored = await batchOf(taken!)

    expect(new Set([request, sent, decided, told, taken, mailed].map((span) => span?.service))).toEqual(
      new Set(['order-api', 'order-worker', 'notifier']),
    )
    expect(request!.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/orders',
      'http.response.status_code': 202,
      'comanda.order.id': order.id,
    })
    expect(sent!.attributes).toMatchObject({
      'messaging.system': 'aws_sqs',
      'messaging.operation.type': 'send',
      'messaging.message.conversation_id': order.id,
    })
    expect(batch.links).toContainEqual({ traceId: sent!.traceId, spanId: sent!.spanId })
    expect(statements).toEqual(expect.arrayContaining(['BEGIN', 'INSERT orders', 'INSERT outbox', 'COMMIT']))
    expect(stored.within.map(({ name }) => name)).toContain('INSERT deliveries')
    expect(mailed!.attributes).toMatchObject({ 'comanda.order.id': order.id, 'comanda.outcome': 'sent' })
    expect([request, sent, decided, told, taken, mailed].some((span) => span?.failed)).toBe(false)
  })

  it('goes on from the trace of the caller, and logs name it', async () => {
    const shop = await stand.openShop()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

    const answer = await accepted(
      shop.request('POST', '/v1/orders', { key: newKey(), body: orderOf('HEART'), headers: { traceparent } }),
    )
    const way = await wayOf(answer.body.id)

    const { traceId } = readTraceparent(traceparent)!
    expect(new Set(way.map((span) => span.traceId))).toEqual(new Set([traceId]))
    const lines = (await stand.target.logs()).split('\n').filter((line) => line.includes(answer.body.id))
    const services = ['order-api', 'order-worker', 'notifier'].filter((service) =>
      lines.some(
        (line) =>
          line.includes(`"service":"${service}"`) &&
          line.includes(`"traceId":"${traceId}"`) &&
          /"accountHash":"[0-9a-f]{16}"/.test(line),
      ),
    )
    expect(services).toEqual(['order-api', 'order-worker', 'notifier'])
    expect(lines.some((line) => line.includes(shop.account))).toBe(false)
  })

  it('is where the times of metrics lead: their histograms name traces that were kept', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 1 } })
    const order = await place(shop, orderOf('HEART'))
    await wayOf(order.id)

    const shown = await stand.target.metrics('application/openmetrics-text')
    const led = [...shown.matchAll(/^(\w+)_bucket\{[^}]*\} \d+ # \{trace_id="([0-9a-f]{32})"\}/gm)]
    const classic = await stand.target.metrics()

    expect(new Set(led.map(([, histogram]) => histogram))).toEqual(
      new Set([
        'http_request_duration_seconds',
        'message_age_seconds',
        'notification_attempt_seconds',
        'notification_handover_seconds',
        'order_accepted_to_notified_seconds',
        'order_decision_seconds',
      ]),
    )
    await eventually('the traces that metrics lead to', () => {
      const kept = new Set(spans().map(({ traceId }) => traceId))
      return led.every(([, , traceId]) => kept.has(traceId!))
    })
    expect(classic).toContain('order_decision_seconds_bucket{le="5",')
    expect(classic).not.toContain('trace_id')
  })

  it('leads every order of a burst to the batch that it was decided with', async () => {
    const shop = await stand.openShop()
    await shop.stock({ HEART: { quantity: 100 } })

    const orders = await Promise.all(Array.from({ length: 40 }, () => place(shop, orderOf('HEART'))))
    await Promise.all(orders.map((order) => settledOrder(shop, order)))
    await stand.drained()
    const ways: (readonly ReceivedSpan[])[] = []
    for (const { id } of orders) ways.push(await wayOf(id))
    const batches = await Promise.all(
      ways.map(async ([, sent, decided]) => ({ sent: sent!, ...(await batchOf(decided!)) })),
    )

    expect(new Set(ways.map(([request]) => request!.traceId)).size).toBe(40)
    for (const { sent, batch, within } of batches) {
      expect(batch.links).toContainEqual({ traceId: sent.traceId, spanId: sent.spanId })
      expect(within.map(({ name }) => name)).toContain('transaction')
    }
    const shared = batches.filter(({ batch }) => batch.links.length > 1)
    expect(shared.length).toBeGreaterThan(0)
  })

  it('carries nothing but the attributes of the closed set, and nothing personal', async () => {
    const known = new Set<string>(SPAN_ATTRIBUTES)
    const { violations } = await stand.drained()

    const foreign = spans().flatMap(({ attributes }) =>
      Object.keys(attributes).filter((key) => !known.has(key)),
    )
    expect(foreign).toEqual([])
    expect(violations).toEqual([])
    expect(await stand.canary.found(stand.target)).toEqual([])
  })
})
