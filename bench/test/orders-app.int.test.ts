import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { TrustedIssuer } from '@comanda/order-api/dist/src/adapters/jose/trusted-issuer.js'
import { createOrdersApp } from '../src/baselines/orders-app.js'
import { startStorefront } from '../src/installation/storefront.js'
import type { Storefront } from '../src/installation/storefront.js'
import { orderBodies, readOrders } from '../src/load/real-orders.js'

describe('the baseline API', () => {
  let storefront: Storefront
  let server: Server
  let published: string[]

  beforeEach(async () => {
    storefront = await startStorefront()
    published = []
    const issuers = JSON.parse(storefront.authIssuers) as TrustedIssuer[]
    const app = createOrdersApp(issuers, (id) => {
      published.push(id)
      return Promise.resolve()
    })
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })

  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await storefront.stop()
  })

  const post = (body: string, token: string) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    })

  it('takes every order that the bench sends and publishes each', async () => {
    const bodies = orderBodies(await readOrders(20))

    const answers = await Promise.all(bodies.map((body) => post(body, storefront.token)))

    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 202))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id))
    expect(new Set(ids).size).toBe(20)
    expect([...published].sort()).toEqual([...ids].sort())
  })

  it('does the work that it is compared for: checks the token and the order', async () => {
    const [body] = orderBodies(await readOrders(1))
    const forged = `${storefront.token.slice(0, -8)}AAAAAAAA`

    expect((await post(body!, forged)).status).toBe(401)
    expect((await post('{"lines":[]}', storefront.token)).status).toBe(422)
    expect(published).toEqual([])
  })
})
