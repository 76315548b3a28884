import { afterEach, describe, expect, it } from '@jest/globals'
import { createBenches, failureOf, ORDER } from './client-for-tests.js'
import { ID, json, placed, problem, reset, silence } from './misbehaving-server.js'
import type { Step } from './misbehaving-server.js'

const unchanged: Step = (response) => response.writeHead(304, { etag: '"0"' }).end()
const delayed = json(200, { id: ID, status: 'delayed', version: 0 }, { etag: '"0-delayed"' })
const confirmed = json(200, { id: ID, status: 'confirmed', version: 1, lines: [] }, { etag: '"1"' })

describe('placing an order and waiting for its decision', () => {
  const benches = createBenches()
  afterEach(() => benches.close())

  it('waits by the receipt for a change, through trouble of every kind', async () => {
    const trouble = [unchanged, reset, problem(503, 'orders_unavailable', { 'retry-after': '0' }), delayed]
    const { client, server } = await benches.open([placed, ...trouble, confirmed])

    const { decided, order } = await client.placeAndWait(ORDER)

    expect(decided).toBe(true)
    expect(order).toMatchObject({ id: ID, status: 'confirmed' })
    const [, ...looks] = server.received
    expect(looks.map(({ method, path }) => `${method} ${path}`)).toEqual(
      looks.map(() => `GET /v1/orders/${ID}?receipt=r.1`),
    )
    expect(looks.map(({ headers }) => headers['if-none-match'])).toEqual([
      '"0"',
      '"0"',
      '"0"',
      '"0"',
      '"0-delayed"',
    ])
    expect(looks.every(({ headers }) => headers['prefer'] === 'wait=20')).toBe(true)
  })

  it.each([
    ['nothing was read', [silence], undefined],
    ['nothing changes', [unchanged], undefined],
    ['it is late', [delayed, unchanged], { status: 'delayed' }],
    ['the store is away', [delayed, problem(503, 'orders_unavailable')], { status: 'delayed' }],
  ])('gives up at its deadline with the last known state when %s', async (_name, looks, last) => {
    const { client } = await benches.open([placed, ...looks])

    const outcome = await client.placeAndWait(ORDER, { deadlineMs: 300 })

    expect(outcome).toMatchObject({ decided: false, placed: { id: ID, receipt: 'r.1' } })
    if (last === undefined) expect(outcome.order).toBeUndefined()
    else expect(outcome.order).toMatchObject(last)
  })

  it('does not ask in a tight loop where the API answers without waiting', async () => {
    const { client, server } = await benches.open([placed, unchanged], {
      retries: { firstPauseMs: 200, longestPauseMs: 200 },
    })

    await client.placeAndWait(ORDER, { deadlineMs: 500 })

    expect(server.received.length).toBeLessThan(40)
  })

  it('tells that the order is placed where it may not be read', async () => {
    const { client } = await benches.open([placed, problem(403, 'insufficient_scope')])

    expect(await failureOf(client.placeAndWait(ORDER))).toMatchObject({
      code: 'insufficient_scope',
      placed: { id: ID, receipt: 'r.1' },
    })
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('closing time')
    const stop = new AbortController()
    const { client } = await benches.open([
      placed,
      (response) => {
        response.flushHeaders()
        stop.abort(reason)
      },
    ])

    expect(await failureOf(client.placeAndWait(ORDER, { signal: stop.signal }))).toBe(reason)
  })

  it('goes on waiting for an order that another process has placed', async () => {
    const { client, server } = await benches.open([confirmed])
    const known = { id: ID, receipt: 'r.1' }

    expect(await client.awaitDecision(known)).toMatchObject({ decided: true, order: { status: 'confirmed' } })
    expect(server.received[0]!.path).toBe(`/v1/orders/${ID}?receipt=r.1`)
  })
})
