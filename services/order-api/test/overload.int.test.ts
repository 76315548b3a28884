import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, startIssuer } from '@comanda/e2e/embedded'
import type { Issuer, Queues, TestDatabase } from '@comanda/e2e/embedded'
import { placeOrderExample } from '@comanda/shared/messages'
import { environmentFor, receiveCommands, startWith, tokenOf } from './service-for-tests.js'

const CLIENTS = 200
const ORDERS_EACH = 3
/** Long enough to be worth refusing. */
const ORDER = JSON.stringify({
  ...placeOrderExample.data.order,
  lines: Array.from({ length: 400 }, (_, line) => ({ sku: `SKU-${line}`, quantity: 1 })),
})

let issuer: Issuer
let queues: Queues
let database: TestDatabase

beforeAll(async () => {
  ;[issuer, queues, database] = await Promise.all([startIssuer(), createTestQueues(), createTestDatabase()])
})

afterAll(async () => {
  await Promise.all([issuer.stop(), database.drop()])
})

interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly id: string
}

function poster(port: number, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  let keys = 0
  const post = () =>
    new Promise<Answer>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `key-of-the-flood-${keys++}`,
      }
      const path = '/v1/orders'
      const outgoing = request({ port, agent, path, method: 'POST', headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: unknown) => (text += chunk as string))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            retryAfter: response.headers['retry-after'],
            id: (JSON.parse(text) as { id: string }).id,
          }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end(ORDER)
    })
  return { flood: (orders: number) => Promise.all(Array.from({ length: orders }, post)), agent }
}

describe('order-api with more orders than it can carry', () => {
  it('accepts what it can, loses none of that, and tells and counts what it does not take', async () => {
    const api = await startWith({ ...environmentFor({ issuer, queues, database }), SHED_TURN_BUDGET_MS: '1' })
    const { flood, agent } = poster(api.port, await tokenOf(issuer))

    const answers = await flood(CLIENTS * ORDERS_EACH)

    const accepted = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 503)
    expect(accepted.length + refused.length).toBe(answers.length)
    expect(accepted.length).toBeGreaterThan(0)
    expect(refused.length).toBeGreaterThan(0)
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0)
    const queued = new Set((await receiveCommands(queues)).map(({ id }) => id))
    expect([...queued].sort()).toEqual(accepted.map(({ id }) => id).sort())
    const metrics = await (await fetch(`http://127.0.0.1:${api.adminPort}/metrics`)).text()
    expect(metrics).toContain(
      `requests_refused_total{code="overloaded",service="order-api"} ${refused.length}\n`,
    )
    agent.destroy()
    await api.stop()
  })
})
