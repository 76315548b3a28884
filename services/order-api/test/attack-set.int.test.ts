import { KeyObject, constants, sign } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import { placeOrderExample } from '@comanda/shared/messages'
import { SignJWT, UnsecuredJWT, exportSPKI, importJWK } from 'jose'
import type { CryptoKey, JWTPayload } from 'jose'
import request from 'supertest'
import type { OrderApi } from '../src/service.js'
import { createSigningKey, signed, startKeyServer } from './key-server.js'
import type { KeyServer, SigningKey } from './key-server.js'
import { environmentFor, receiveCommands, startWith } from './service-for-tests.js'

const ISSUER = 'https://issuer.example'
const OTHER_ISSUER = 'https://other-issuer.example'
const KEY = 'key-of-an-attacker-0001'

let keys: Record<'rs' | 'es' | 'foreign' | 'otherIssuer' | 'attacker', SigningKey>
let keyServers: KeyServer[]
let attackersServer: KeyServer
let database: TestDatabase
let queues: Queues
let service: OrderApi

beforeAll(async () => {
  const [rs, es, foreign, otherIssuer, attacker] = await Promise.all([
    createSigningKey('rs'),
    createSigningKey('es', 'ES256'),
    createSigningKey('rs'),
    createSigningKey('other'),
    createSigningKey('attacker'),
  ])
  keys = { rs, es, foreign, otherIssuer, attacker }
  keyServers = await Promise.all([startKeyServer([rs, es]), startKeyServer([otherIssuer])])
  attackersServer = await startKeyServer([attacker])
  ;[database, queues] = await Promise.all([createTestDatabase(), createTestQueues()])
  const issuer = { algorithms: ['RS256', 'ES256'], audiences: ['orders'], account: { claim: 'account' } }
  service = await startWith({
    ...environmentFor({ database, queues, issuer: { settings: () => '' } }),
    AUTH_ISSUERS: JSON.stringify([
      { issuer: ISSUER, jwksUri: keyServers[0]!.uri, ...issuer },
      { issuer: OTHER_ISSUER, jwksUri: keyServers[1]!.uri, ...issuer, account: { constant: 'other-shop' } },
    ]),
  })
})

afterAll(async () => {
  await service.stop()
  for (const server of [...keyServers, attackersServer]) server.stop()
  await database.drop()
})

const nowSeconds = () => Math.floor(Date.now() / 1_000)

/** What a good token says. */
function claims(changes: JWTPayload = {}): JWTPayload {
  return {
    iss: ISSUER,
    sub: 'storefront',
    aud: 'orders',
    account: 'giftshop',
    scope: 'orders:write orders:read',
    iat: nowSeconds(),
    exp: nowSeconds() + 300,
    ...changes,
  }
}

function place(token: string) {
  return request(`http://127.0.0.1:${service.port}`)
    .post('/v1/orders')
    .set({ authorization: `Bearer ${token}`, 'idempotency-key': KEY })
    .send(placeOrderExample.data.order)
}

/** Signed by our own key like jose would not do it: any header, hash and padding. */
function signedAnyhow(header: object, hash = 'sha256', padding?: number): string {
  const input = `${encoded({ kid: 'rs', ...header })}.${encoded(claims())}`
  const key = KeyObject.from(keys.rs.privateKey)
  const signature = sign(
    hash,
    Buffer.from(input),
    padding === undefined ? key : { key, padding, saltLength: 32 },
  )
  return `${input}.${signature.toString('base64url')}`
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token whose header names the public key of the issuer as a shared secret, in the forms in which it is known. */
async function signedByPublicKey(secret: string): Promise<string> {
  return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'rs' }).sign(Buffer.from(secret))
}

async function publicPem(): Promise<string> {
  return exportSPKI((await importJWK(keys.rs.publicJwk, 'RS256')) as CryptoKey)
}

const ATTACKS: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['alg none', () => new UnsecuredJWT(claims()).encode()],
  ['alg none in other letters', () => `${encoded({ alg: 'nOnE', kid: 'rs' })}.${encoded(claims())}.`],
  [
    'alg none with the signature of another token',
    async () =>
      `${encoded({ alg: 'none', kid: 'rs' })}.${encoded(claims())}.${(await signed(keys.rs, claims())).split('.')[2]!}`,
  ],
  ['HS256 by the public key as PEM', async () => signedByPublicKey(await publicPem())],
  ['HS256 by the public key as JWK', () => signedByPublicKey(JSON.stringify(keys.rs.publicJwk))],
  ['HS256 by the modulus', () => signedByPublicKey(keys.rs.publicJwk.n!)],
  ['HS256 by an empty file', () => signedByPublicKey('\0')],
  ['a key set of the attacker in jku', () => signed(keys.attacker, claims(), { jku: attackersServer.uri })],
  [
    'a key set of the attacker in jku under our kid',
    () => signed(keys.attacker, claims(), { jku: attackersServer.uri, kid: 'rs' }),
  ],
  [
    'a certificate of the attacker in x5u',
    () => signed(keys.attacker, claims(), { x5u: attackersServer.uri, kid: 'rs' }),
  ],
  ['an embedded jwk', () => signed(keys.attacker, claims(), { jwk: keys.attacker.publicJwk })],
  [
    'an embedded jwk under our kid',
    () => signed(keys.attacker, claims(), { jwk: keys.attacker.publicJwk, kid: 'rs' }),
  ],
  ['an embedded x5c', () => signed(keys.attacker, claims(), { x5c: ['MIIB'], kid: 'rs' })],
  ["another issuer's key under our kid", () => signed(keys.foreign, claims())],
  ['a key of another trusted issuer, in our name', () => signed(keys.otherIssuer, claims())],
  ['our key in the name of another trusted issuer', () => signed(keys.rs, claims({ iss: OTHER_ISSUER }))],
  ['a key that is an ES256 one under an RS256 header', () => signed(keys.rs, claims(), { kid: 'es' })],
  ['a kid that is a path', () => signed(keys.rs, claims(), { kid: '../../../dev/null' })],
  ['a kid that is a query', () => signed(keys.rs, claims(), { kid: "rs' UNION SELECT 'x" })],
  ['a kid that is no text', () => signed(keys.foreign, claims(), { kid: ['rs'] })],
  ['an extension that must be understood', () => signedAnyhow({ alg: 'RS256', crit: ['exp2'], exp2: 1 })],
  ['RS512 instead of what is allowed', () => signedAnyhow({ alg: 'RS512' }, 'sha512')],
  [
    'PS256 instead of what is allowed',
    () => signedAnyhow({ alg: 'PS256' }, 'sha256', constants.RSA_PKCS1_PSS_PADDING),
  ],
  ['expired', () => signed(keys.rs, claims({ exp: nowSeconds() - 61 }))],
  ['without an end', () => signed(keys.rs, claims({ exp: undefined }))],
  ['an end that is text', () => signed(keys.rs, claims({ exp: '9999999999' as unknown as number }))],
  ['good from the future on', () => signed(keys.rs, claims({ nbf: nowSeconds() + 120 }))],
  ['a wrong audience', () => signed(keys.rs, claims({ aud: 'billing' }))],
  ['a wrong audience beside a list', () => signed(keys.rs, claims({ aud: ['billing', 'orders.example'] }))],
  ['no audience', () => signed(keys.rs, claims({ aud: undefined }))],
  [
    'another issuer that nobody trusts',
    () => signed(keys.attacker, claims({ iss: 'https://attacker.example' })),
  ],
  ['an issuer that ours begins with', () => signed(keys.rs, claims({ iss: `${ISSUER}/` }))],
  ['an issuer in a list', () => signed(keys.rs, claims({ iss: [ISSUER] as unknown as string }))],
  ['two accounts', () => signed(keys.rs, claims({ account: ['giftshop', 'otherhouse'] }))],
  ['no account', () => signed(keys.rs, claims({ account: undefined }))],
  ['a huge token', () => signed(keys.rs, claims({ padding: 'x'.repeat(8_192) }))],
  ['an emptied signature', async () => (await signed(keys.rs, claims())).replace(/[^.]*$/, '')],
  [
    'claims that were changed after signing',
    async () => {
      const [header, , signature] = (await signed(keys.rs, claims())).split('.')
      return `${header!}.${encoded(claims({ account: 'otherhouse' }))}.${signature!}`
    },
  ],
  [
    'a payload that says it is not encoded (RFC 7797)',
    () => signedAnyhow({ alg: 'RS256', b64: false, crit: ['b64'] }),
  ],
  ['an encrypted token in place of a signed one', () => `${encoded({ alg: 'dir', enc: 'A256GCM' })}..a.b.c`],
]

describe('a forged token', () => {
  it.each(ATTACKS)('is refused: %s', async (_name, forge) => {
    const { status, headers, body } = await place(await forge())

    expect(status).toBe(401)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="comanda", error="invalid_token"/)
    expect(body).toEqual({
      type: 'urn:comanda:problem:unauthenticated',
      title: expect.any(String),
      status: 401,
      detail: expect.any(String),
    })
  })

  it('got nothing into the queue and made the service call nobody', async () => {
    expect(await receiveCommands(queues)).toEqual([])
    expect(attackersServer.calls).toBe(0)
  })

  it('is told apart from a good one, which differs in nothing else', async () => {
    const anyhow = await place(signedAnyhow({ alg: 'RS256' }))
    const byRs = await place(await signed(keys.rs, claims()))
    const byEs = await place(await signed(keys.es, claims({ aud: ['other', 'orders'] })))
    const late = await place(
      await signed(keys.rs, claims({ exp: nowSeconds() - 50, nbf: nowSeconds() + 50 })),
    )

    expect([anyhow, byRs, byEs, late].map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(new Set((await receiveCommands(queues)).map(({ account }) => account))).toEqual(
      new Set(['giftshop']),
    )
  })
})

describe('two Authorization headers', () => {
  /** As bytes: no client library sends two. */
  async function send(...authorizations: readonly string[]): Promise<string> {
    const socket = connect(service.port, '127.0.0.1')
    const headers = authorizations.map(
      (value, index) => `${index === 0 ? 'Authorization' : 'AUTHORIZATION'}: ${value}`,
    )
    socket.write(
      ['GET /v1/orders HTTP/1.1', 'Host: api', 'Connection: close', ...headers, '', ''].join('\r\n'),
    )
    return text(socket)
  }

  it('are refused in any order and also when they are the same', async () => {
    const good = `Bearer ${await signed(keys.rs, claims())}`
    const forged = `Bearer ${await signed(keys.foreign, claims())}`

    expect(await send(good)).toMatch(/^HTTP\/1.1 200 /)
    for (const both of [
      [good, forged],
      [forged, good],
      [good, good],
      [good, 'Basic dXNlcjpwYXNz'],
    ])
      expect(await send(...both)).toMatch(/^HTTP\/1.1 401 [^]*error="invalid_request"/)
  })

  it('in one line are no token', async () => {
    const good = `Bearer ${await signed(keys.rs, claims())}`

    expect(await send(`${good}, ${good}`)).toMatch(/^HTTP\/1.1 401 /)
  })
})

describe('a token in another place than the header', () => {
  it('is not seen', async () => {
    const token = await signed(keys.rs, claims())
    const api = request(`http://127.0.0.1:${service.port}`)

    const answers = await Promise.all([
      api.get(`/v1/orders?access_token=${token}`),
      api.get('/v1/orders').set({ cookie: `access_token=${token}; authorization=Bearer%20${token}` }),
      api
        .get('/v1/orders')
        .set({ 'x-authorization': `Bearer ${token}`, 'proxy-authorization': `Bearer ${token}` }),
      api.get('/v1/orders').auth('access_token', token),
    ])

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  })
})
