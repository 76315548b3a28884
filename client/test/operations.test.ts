import { afterEach, describe, expect, it } from '@jest/globals'
import type { ComandaClient } from '../src/index.js'
import { createBenches } from './client-for-tests.js'
import { ID, json } from './misbehaving-server.js'

const done = json(202, { commandId: ID, status: 'accepted' })
const shipment = { carrier: 'Royal Mail', trackingNumber: 'RM1' }

describe('the operations', () => {
  const benches = createBenches()
  afterEach(() => benches.close())

  it.each<[string, (client: ComandaClient) => Promise<unknown>, string, string, boolean]>([
    [
      'cancelOrder',
      (client) => client.cancelOrder(ID, { reason: 'no', receipt: 'r' }),
      `POST /v1/orders/${ID}/cancel?receipt=r`,
      '{"reason":"no"}',
      false,
    ],
    [
      'shipOrder',
      (client) => client.shipOrder(ID, shipment),
      `POST /v1/orders/${ID}/ship`,
      JSON.stringify(shipment),
      false,
    ],
    ['deliverOrder', (client) => client.deliverOrder(ID), `POST /v1/orders/${ID}/deliver`, '{}', false],
    [
      'putProduct',
      (client) => client.putProduct('A/B', { price: '1', currency: 'GBP' }),
      'PUT /v1/products/A%2FB',
      '{"price":"1","currency":"GBP"}',
      true,
    ],
    [
      'adjustStock',
      (client) => client.adjustStock('A', { delta: 1, reason: 'in' }),
      'POST /v1/products/A/stock',
      '{"delta":1,"reason":"in"}',
      true,
    ],
  ])(
    '%s sends its request, with a key where only that tells two apart',
    async (_name, call, line, body, key) => {
      const { client, server } = await benches.open([done])

      expect(await call(client)).toEqual({ commandId: ID, status: 'accepted' })

      const [request] = server.received
      expect(`${request!.method} ${request!.path}`).toBe(line)
      expect(request!.body).toBe(body)
      expect(request!.headers['idempotency-key'] !== undefined).toBe(key)
      expect(request!.headers['content-type']).toBe('application/json')
      expect(request!.headers.authorization).toBe('Bearer token-1')
    },
  )

  it('lists page after page, as they are used', async () => {
    const { client, server } = await benches.open([
      json(200, {
        orders: [{ id: 'a' }, { id: 'b' }],
        next: '/v1/orders?limit=2&status=confirmed&cursor=c1',
      }),
      json(200, { orders: [{ id: 'c' }] }),
    ])
    const listed: string[] = []
    const requests: number[] = []

    for await (const { id } of client.listOrders({ limit: 2, status: 'confirmed' })) {
      listed.push(id)
      requests.push(server.received.length)
    }

    expect(listed).toEqual(['a', 'b', 'c'])
    expect(requests).toEqual([1, 1, 2])
    expect(server.received.map(({ path }) => path)).toEqual([
      '/v1/orders?limit=2&status=confirmed',
      '/v1/orders?limit=2&status=confirmed&cursor=c1',
    ])
  })

  it('takes only the query of a link to the next page, and keeps the path of its base URL', async () => {
    const elsewhere = await benches.open([json(200, { products: [] })])
    const { server } = await benches.open([
      json(200, { products: [], next: `${elsewhere.server.url}/v1/products?cursor=c` }),
      json(200, { products: [] }),
    ])
    const { createComandaClient } = await import('../src/index.js')
    const behindStage = createComandaClient({ baseUrl: `${server.url}/stage/`, token: 't' })

    for await (const _ of behindStage.listProducts()) throw new Error('nothing is listed')

    expect(elsewhere.server.received).toEqual([])
    expect(server.received.map(({ path }) => path)).toEqual([
      '/stage/v1/products?limit=100',
      '/stage/v1/products?cursor=c',
    ])
  })

  it('goes through the fetch that it is given', async () => {
    const { client } = await benches.open([done], {
      fetch: async () => ({
        status: 200,
        headers: new Headers(),
        text: async () => '{"sku":"A","price":"1.0000","currency":"GBP","available":3}',
      }),
    })

    expect(await client.showProduct('A')).toMatchObject({ available: 3 })
  })
})
