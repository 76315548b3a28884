import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, startIssuer } from '@comanda/e2e/embedded'
import type { Issuer, Queues, TestDatabase } from '@comanda/e2e/embedded'
import { OrderStatus } from '@comanda/shared/messages'
import request from 'supertest'
import type { Operation } from '../src/adapters/http/operation.js'
import { OPERATIONS } from '../src/adapters/http/operations.js'
import { SCOPES } from '../src/domain/principal.js'
import type { Scope } from '../src/domain/principal.js'
import { createReceipts } from '../src/domain/receipt.js'
import type { OrderApi } from '../src/service.js'
import { ACCOUNT, idOf, storedOrder } from './orders-for-tests.js'
import { seed } from './seed.js'
import { RECEIPT_KEY, environmentFor, receiveCommands, startWith } from './service-for-tests.js'

/**
 * Every route with every kind of caller, from the route table itself: a route that is added to the table is tested by
 * that. What is expected follows from its scopes and its path, so nothing is to be said here about single routes.
 */
const guarded = OPERATIONS.filter(({ scopes }) => scopes !== null) as readonly GuardedOperation[]
type GuardedOperation = Operation & { readonly scopes: readonly [Scope, ...Scope[]] }

/** Stands in all that the owner has, so in no answer that somebody else gets. */
const MARKER = 'matrix-marker'
const OWNER = { account: ACCOUNT, clientId: 'storefront' }
const SKU = 'MATRIX-SKU'
/** One order in every state: some route has work to do on each of them. */
const ORDERS = OrderStatus.options
  .filter((status) => status !== 'accepted')
  .map((status, index) =>
    storedOrder({
      id: idOf(index),
      status,
      actor: OWNER.clientId,
      reference: MARKER,
      customerId: MARKER,
      ...(status === 'rejected' ? { reason: 'out_of_stock' } : {}),
    }),
  )
/** An order of the owner that has no row yet: its receipt is all that is known of it. */
const ACCEPTED_ID = idOf(99)

/** What proxies and frameworks put into headers to say who calls. All of it speaks for the owner, with every right. */
const IDENTITY_HEADERS: Readonly<Record<string, string>> = {
  'x-account': ACCOUNT,
  'x-account-id': ACCOUNT,
  'x-comanda-account': ACCOUNT,
  'x-tenant': ACCOUNT,
  'x-tenant-id': ACCOUNT,
  'x-org-id': ACCOUNT,
  'x-actor': OWNER.clientId,
  'x-client-id': OWNER.clientId,
  'x-user': OWNER.clientId,
  'x-user-id': OWNER.clientId,
  'x-sub': OWNER.clientId,
  'x-remote-user': OWNER.clientId,
  'remote-user': OWNER.clientId,
  'x-forwarded-user': OWNER.clientId,
  'x-auth-request-user': OWNER.clientId,
  'x-authenticated-userid': OWNER.clientId,
  'x-amzn-oidc-identity': OWNER.clientId,
  'x-amzn-oidc-accesstoken': 'a.b.c',
  'x-amzn-oidc-data': Buffer.from(JSON.stringify({ sub: OWNER.clientId })).toString('base64'),
  'x-goog-authenticated-user-id': OWNER.clientId,
  'x-ms-client-principal-id': OWNER.clientId,
  'x-jwt-payload': Buffer.from(JSON.stringify({ account: ACCOUNT })).toString('base64url'),
  'x-scope': SCOPES.join(' '),
  'x-scopes': SCOPES.join(' '),
  'x-roles': 'admin',
  'x-forwarded-for': '127.0.0.1',
  'x-real-ip': '127.0.0.1',
  'x-original-url': '/openapi.json',
  'x-rewrite-url': '/openapi.json',
  'x-http-method-override': 'GET',
}

let issuer: Issuer
let queues: Queues
let database: TestDatabase
let service: OrderApi

beforeAll(async () => {
  ;[issuer, queues, database] = await Promise.all([startIssuer(), createTestQueues(), createTestDatabase()])
  await seed(database.url, {
    orders: ORDERS.map((order) => ({ account: ACCOUNT, order })),
    products: [
      {
        account: ACCOUNT,
        product: { sku: SKU, name: MARKER, price: '1.0000', currency: 'GBP', available: 5 },
      },
    ],
  })
  service = await startWith(environmentFor({ issuer, queues, database }))
})

afterAll(async () => {
  await service.stop()
  await Promise.all([issuer.stop(), database.drop()])
})

const tokenOf = (scopes: readonly Scope[], caller: { account?: string; subject?: string } = {}) =>
  issuer.token({ ...OWNER, ...caller, scopes })

/** The paths of a route, with everything of the owner in the place of its parameters. */
function pathsOf({ path, query }: Operation): readonly string[] {
  if (!path.includes('{')) return [path]
  if (path.includes('{sku}')) return [path.replace('{sku}', SKU)]
  if (!path.includes('{id}')) throw new Error(`say what stands for the parameter of ${path} in this matrix`)
  const paths = ORDERS.map(({ id }) => path.replace('{id}', id))
  return query?.shape['receipt'] === undefined
    ? paths
    : [...paths, withReceipt(path.replace('{id}', ACCEPTED_ID))]
}

function withReceipt(path: string): string {
  const subject = { orderId: ACCEPTED_ID, account: ACCOUNT, actor: OWNER.clientId }
  const receipts = createReceipts({ sign: 'v1', keys: new Map([['v1', RECEIPT_KEY]]) })
  return `${path}?receipt=${receipts.issue(subject, new Date())}`
}

/** Calls a route on everything of the owner, and says what was answered and sent to the worker. */
async function call(operation: Operation, token?: string) {
  const api = request(`http://127.0.0.1:${service.port}`)
  const answers: { status: number; text: string }[] = []
  for (const path of pathsOf(operation)) {
    const sending = api[operation.method](path).set({ 'idempotency-key': randomUUID(), ...IDENTITY_HEADERS })
    // eslint-disable-next-line security/detect-possible-timing-attacks -- compared with nothing
    if (token !== undefined) void sending.set({ authorization: `Bearer ${token}` })
    const { status, text } = await (operation.body === undefined
      ? sending
      : sending.send(operation.body.example as object))
    answers.push({ status, text })
  }
  return {
    answers,
    statuses: new Set(answers.map(({ status }) => status)),
    commands: await receiveCommands(queues),
  }
}

const isSuccess = (status: number) => status >= 200 && status < 300
const rows = guarded.map((operation) => [operation.id, operation] as const)
const ownRows = guarded.flatMap((operation) => {
  const own = operation.scopes.filter((scope) => scope.endsWith('.own'))
  return own.map((scope) => [operation.id, scope, operation] as const)
})
const rightRows = guarded.flatMap((operation) =>
  operation.scopes.map((scope) => [operation.id, scope, operation] as const),
)

describe('without a token', () => {
  it.each(rows)('%s answers 401 and does nothing', async (_id, operation) => {
    const { statuses, commands } = await call(operation)

    expect([...statuses]).toEqual([401])
    expect(commands).toEqual([])
  })
})

describe('with every scope but its own', () => {
  it.each(rows)('%s answers 403 and does nothing', async (_id, operation) => {
    const others = SCOPES.filter((scope) => !operation.scopes.includes(scope))

    const { statuses, commands } = await call(operation, await tokenOf(others))

    expect([...statuses]).toEqual([403])
    expect(commands).toEqual([])
  })
})

describe('of another account, with every scope', () => {
  it.each(rows)('%s sees and touches nothing of the owner’s', async (_id, operation) => {
    const { answers, commands } = await call(operation, await tokenOf(SCOPES, { account: 'otherhouse' }))

    // What is named by an id exists in one account only; the rest is the caller's own, whose account is empty.
    for (const { status, text } of answers) {
      if (operation.path.includes('{id}')) expect(status).toBe(404)
      else expect(isSuccess(status) || status === 404).toBe(true)
      expect(text).not.toContain(MARKER)
    }
    for (const { account } of commands) expect(account).toBe('otherhouse')
  })
})

describe('of another actor, with an .own scope', () => {
  it.each(ownRows)('%s with %s sees and touches nothing of the owner’s', async (_id, scope, operation) => {
    const { answers, commands } = await call(operation, await tokenOf([scope], { subject: 'shopper-7' }))

    for (const { status, text } of answers) {
      if (operation.path.includes('{id}')) expect(status).toBe(404)
      else expect(isSuccess(status)).toBe(true)
      expect(text).not.toContain(MARKER)
    }
    for (const { account, actor } of commands) expect([account, actor]).toEqual([ACCOUNT, 'shopper-7'])
  })
})

describe('of the right caller', () => {
  it.each(rightRows)('%s with %s alone is carried out', async (_id, scope, operation) => {
    const { answers, statuses, commands } = await call(operation, await tokenOf([scope]))

    // An order in another state may forbid it (409); none of what is the caller's own is hidden from it.
    expect(statuses).toEqual(new Set([...statuses].filter((status) => isSuccess(status) || status === 409)))
    expect(answers.some(({ status }) => isSuccess(status))).toBe(true)
    if (operation.method === 'get') expect(answers.some(({ text }) => text.includes(MARKER))).toBe(true)
    else expect(commands.length).toBeGreaterThan(0)
    for (const { account, actor } of commands) expect([account, actor]).toEqual([ACCOUNT, OWNER.clientId])
  })
})

describe('the routes for everybody', () => {
  it('are the documentation, and nothing else', () => {
    const open = OPERATIONS.filter(({ scopes }) => scopes === null)

    expect(open.map(({ path }) => path)).toEqual(['/openapi.json', '/docs', '/docs/{file}'])
  })
})
