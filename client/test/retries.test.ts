import { afterEach, describe, expect, it } from '@jest/globals'
import { ComandaError } from '../src/index.js'
import { createBenches, failureOf, ORDER } from './client-for-tests.js'
import { cutOff, ID, json, placed, problem, reset, silence } from './misbehaving-server.js'

describe('a call against an API that misbehaves', () => {
  const benches = createBenches()
  afterEach(() => benches.close())

  it('sends the same order under the same key until it has a 202', async () => {
    const script = [
      reset,
      problem(503, 'overloaded', { 'retry-after': '0' }),
      cutOff,
      json(502, {}),
      problem(500, 'internal'),
      placed,
    ]
    const { client, server, attempts } = await benches.open(script)

    const order = await client.placeOrder(ORDER)

    expect(order).toMatchObject({ id: ID, receipt: 'r.1', replayed: false, attempts: 6 })
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set([order.idempotencyKey]),
    )
    expect(new Set(server.received.map(({ body }) => body))).toEqual(new Set([JSON.stringify(ORDER)]))
    expect(attempts.map(({ status }) => status)).toEqual([undefined, 503, undefined, 502, 500, 202])
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6])
    expect(attempts.at(-1)!.pauseMs).toBeUndefined()
    expect(attempts[0]!.error).toMatchObject({ message: 'fetch failed' })
  })

  it('makes another key for another call, and takes that of the caller', async () => {
    const { client, server } = await benches.open([placed])

    await client.placeOrder(ORDER)
    await client.placeOrder(ORDER)
    const named = await client.placeOrder(ORDER, { idempotencyKey: 'the-key-of-the-caller' })

    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(3)
    expect(named.idempotencyKey).toBe('the-key-of-the-caller')
  })

  it('says that the API knew the order', async () => {
    const again = json(
      202,
      { id: ID },
      { location: `/v1/orders/${ID}?receipt=r`, 'idempotency-replayed': 'true' },
    )
    const { client } = await benches.open([again])

    expect(await client.placeOrder(ORDER)).toMatchObject({ replayed: true })
  })

  it('waits as long as Retry-After asks, in seconds', async () => {
    const { client, server } = await benches.open([
      problem(503, 'queue_unavailable', { 'retry-after': '1' }),
      placed,
    ])

    await client.placeOrder(ORDER)

    expect(server.received[1]!.at - server.received[0]!.at).toBeGreaterThanOrEqual(990)
  })

  it('reads a Retry-After date by the clock of the API, however wrong it is', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT'
    const { client, server } = await benches.open([
      problem(429, 'overloaded', { 'retry-after': 'Wed, 21 Oct 2015 07:28:01 GMT', date }),
      placed,
    ])

    await client.placeOrder(ORDER)

    expect(server.received[1]!.at - server.received[0]!.at).toBeGreaterThanOrEqual(990)
  })

  it('gives up after its attempts with the last refusal, and names the key', async () => {
    const { client, server } = await benches.open([problem(503, 'overloaded')], { retries: { attempts: 3 } })

    const error = await failureOf(client.placeOrder(ORDER, { idempotencyKey: 'a-key-of-the-caller' }))

    expect(error).toBeInstanceOf(ComandaError)
    expect(error).toMatchObject({
      code: 'overloaded',
      status: 503,
      message: 'It is overloaded.',
      attempts: 3,
      retryable: true,
      idempotencyKey: 'a-key-of-the-caller',
    })
    expect(server.received).toHaveLength(3)
  })

  it('gives up at once where Retry-After asks for more time than there is', async () => {
    const { client, server } = await benches.open([problem(503, 'overloaded', { 'retry-after': '3600' })])

    const error = await failureOf(client.placeOrder(ORDER, { deadlineMs: 5_000 }))

    expect(error).toMatchObject({ code: 'overloaded', retryAfterMs: 3_600_000, attempts: 1 })
    expect(server.received).toHaveLength(1)
  })

  it('asks again where an attempt takes too long', async () => {
    const { client } = await benches.open([silence, placed], { attemptTimeoutMs: 100 })

    expect(await client.placeOrder(ORDER)).toMatchObject({ attempts: 2 })
  })

  it('ends at its deadline, whatever is under way', async () => {
    const { client } = await benches.open([silence])
    const startedAt = performance.now()

    const error = await failureOf(client.placeOrder(ORDER, { deadlineMs: 150 }))

    expect(error).toMatchObject({ code: 'no_answer', status: undefined, retryable: true, attempts: 1 })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('ends with the reason of its signal, while it waits for an answer and while it pauses', async () => {
    const reason = new Error('closing time')
    for (const step of [silence, problem(503, 'overloaded', { 'retry-after': '30' })]) {
      const stop = new AbortController()
      const { client, server } = await benches.open([step], { onAttempt: () => stop.abort(reason) })
      const call = failureOf(client.placeOrder(ORDER, { signal: stop.signal }))
      if (step === silence) setImmediate(() => stop.abort(reason))

      expect(await call).toBe(reason)
      expect(server.received.length).toBeLessThanOrEqual(1)
    }
  })

  it.each([
    [400, 'malformed'],
    [403, 'insufficient_scope'],
    [404, 'not_found'],
    [409, 'order_state_forbids'],
    [413, 'body_too_large'],
    [422, 'invalid_order'],
  ])('does not repeat what was refused for good: %i %s', async (status, code) => {
    const errors = [{ pointer: '/lines/0/quantity', detail: 'must be positive' }]
    const { client, server } = await benches.open([
      problem(status, code, {}, { errors, orderStatus: 'shipped' }),
    ])

    const error = await failureOf(client.placeOrder(ORDER))

    expect(error).toMatchObject({ code, status, violations: errors, retryable: false, attempts: 1 })
    expect((error as ComandaError).problem).toMatchObject({ orderStatus: 'shipped' })
    expect(server.received).toHaveLength(1)
  })

  it.each([
    ['a page of a proxy', 404, 'text/html', '<h1>Not here</h1>'],
    ['a problem of somebody else', 403, 'application/problem+json', '{"type":"about:blank","title":"No"}'],
    ['a success without JSON', 200, 'text/html', '<h1>Welcome</h1>'],
  ])('does not take %s for an answer of the API', async (_name, status, contentType, body) => {
    const { client } = await benches.open([
      (response) => response.writeHead(status, { 'content-type': contentType }).end(body),
    ])

    expect(await failureOf(client.showProduct('HEART'))).toMatchObject({ code: 'unexpected_answer', status })
  })

  it('follows no redirect, so that its token goes nowhere else', async () => {
    const other = await benches.open([placed])
    const { client } = await benches.open([json(307, {}, { location: `${other.server.url}/v1/orders` })])

    const error = await failureOf(client.placeOrder(ORDER))

    expect(error).toMatchObject({ code: 'unexpected_answer', status: 307 })
    expect(other.server.received).toEqual([])
  })

  it('tells the hook neither receipt nor token nor content', async () => {
    const { client, attempts } = await benches.open([
      problem(503, 'orders_unavailable'),
      json(200, { id: ID }),
    ])

    await client.showOrder(ID, { receipt: 'secret-receipt' })

    expect(attempts).toHaveLength(2)
    expect(attempts[0]).toMatchObject({ method: 'GET', path: `/v1/orders/${ID}`, status: 503 })
    expect(JSON.stringify(attempts)).not.toMatch(/secret-receipt|token-1/)
  })
})
