import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose'
import type { CryptoKey, JWTPayload } from 'jose'
import { createTokenCache } from '../src/adapters/jose/token-cache.js'
import { createTokenVerifier } from '../src/adapters/jose/token-verifier.js'
import type { TrustedIssuer } from '../src/adapters/jose/trusted-issuer.js'
import { principal } from './http-stand.js'

const ISSUER = 'https://issuer.example'
const NOW = new Date('2026-01-15T09:30:00.000Z')
const seconds = NOW.getTime() / 1_000

/** An issuer's key set, served over HTTP like a real one. */
let server: Server
let keys: { rs256: CryptoKey; es256: CryptoKey; foreign: CryptoKey }
let fetches = 0
let up = true

beforeAll(async () => {
  const [rs256, es256, foreign] = await Promise.all([
    generateKeyPair('RS256'),
    generateKeyPair('ES256'),
    generateKeyPair('RS256'),
  ])
  keys = { rs256: rs256.privateKey, es256: es256.privateKey, foreign: foreign.privateKey }
  const published = await Promise.all(
    [
      ['rs', rs256],
      ['es', es256],
    ].map(async ([kid, pair]) => ({ ...(await exportJWK((pair as typeof rs256).publicKey)), kid })),
  )
  server = createServer((_request, response) => {
    fetches += 1
    if (!up) return response.writeHead(500).end()
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: published }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function issuer(changes: Partial<TrustedIssuer> = {}): TrustedIssuer {
  return {
    issuer: ISSUER,
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    clientIds: ['storefront'],
    algorithms: ['RS256'],
    account: { claim: 'custom:account' },
    ...changes,
  }
}

function verifier(changes: Partial<TrustedIssuer> = {}, now = () => NOW) {
  return createTokenVerifier({ issuers: [issuer(changes)], maxCachedTokens: 10, now })
}

const claims: JWTPayload = {
  iss: ISSUER,
  sub: 'storefront',
  client_id: 'storefront',
  exp: seconds + 300,
  scope: 'orders:read openid',
  'custom:account': 'giftshop',
}

function sign(
  changes: JWTPayload = {},
  key = keys.rs256,
  header: { alg: string; kid?: string } = { alg: 'RS256', kid: 'rs' },
) {
  return new SignJWT({ ...claims, ...changes }).setProtectedHeader(header).sign(key)
}

const refused = { name: 'ApiError', code: 'unauthenticated' }

describe('a token', () => {
  it('names account, actor and scopes', async () => {
    const verified = await verifier().verify(await sign())

    expect(verified).toMatchObject({ account: 'giftshop', actor: 'storefront' })
    expect([...verified.scopes]).toEqual(['orders:read'])
  })

  it.each<[string, JWTPayload, string]>([
    ['the subject of a shopper’s token', { sub: 'shopper-1' }, 'shopper-1'],
    ['the subject where there is no client', { client_id: undefined, aud: 'orders' }, 'storefront'],
    ['the client where there is no subject', { sub: undefined }, 'storefront'],
  ])('has for its actor %s', async (_name, changes, actor) => {
    const { actor: found } = await verifier({ audiences: ['orders'] }).verify(await sign(changes))

    expect(found).toBe(actor)
  })

  it.each<[string, TrustedIssuer['account']]>([
    ['a claim', { claim: 'custom:account' }],
    ['the client', { byClientId: { storefront: 'giftshop' } }],
    ['a constant', { constant: 'giftshop' }],
  ])('has its account from %s', async (_name, account) => {
    expect(await verifier({ account }).verify(await sign())).toMatchObject({ account: 'giftshop' })
  })

  it('may name scopes in a list, and by names of the issuer', async () => {
    const mapped = verifier({ scopes: { 'comanda/orders.write': 'orders:write', toString: 'orders:price' } })

    const { scopes } = await mapped.verify(await sign({ scope: ['comanda/orders.write', 'constructor', 7] }))

    expect([...scopes]).toEqual(['orders:write'])
  })

  it('may be meant for us by its audience', async () => {
    const byAudience = verifier({ clientIds: undefined, audiences: ['orders'] })

    expect(await byAudience.verify(await sign({ aud: ['other', 'orders'] }))).toBeDefined()
    await expect(byAudience.verify(await sign({ aud: 'other' }))).rejects.toMatchObject(refused)
    await expect(byAudience.verify(await sign())).rejects.toMatchObject(refused)
  })

  it('may be signed with ES256 where that is allowed', async () => {
    const token = await sign({}, keys.es256, { alg: 'ES256', kid: 'es' })

    expect(await verifier({ algorithms: ['ES256'] }).verify(token)).toBeDefined()
    await expect(verifier().verify(token)).rejects.toMatchObject(refused)
  })

  it('is good for a minute longer than it says, for clocks that differ', async () => {
    expect(await verifier().verify(await sign({ exp: seconds - 59, nbf: seconds + 59 }))).toBeDefined()
  })

  it.each<[string, () => string | Promise<string>]>([
    ['nonsense', () => 'x'],
    ['no JWT', () => 'a.b.c'],
    ['expired for over a minute', () => sign({ exp: seconds - 61 })],
    ['good from later than a minute on', () => sign({ nbf: seconds + 61 })],
    ['without an end', () => sign({ exp: undefined })],
    ['of another issuer', () => sign({ iss: 'https://other.example' })],
    ['without an issuer', () => sign({ iss: undefined })],
    ['of a client that is not known', () => sign({ client_id: 'other' })],
    ['of no account', () => sign({ 'custom:account': undefined })],
    ['of an account that is no text', () => sign({ 'custom:account': ['giftshop'] })],
    ['of an account that is too long', () => sign({ 'custom:account': 'x'.repeat(65) })],
    ['signed with a foreign key', () => sign({}, keys.foreign)],
    ['signed with a key that is not published', () => sign({}, keys.rs256, { alg: 'RS256', kid: 'no' })],
    [
      'signed with HS256 by the public key',
      () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'rs' }).sign(Buffer.alloc(32, 1)),
    ],
    ['not signed', () => new UnsecuredJWT(claims).encode()],
    [
      'changed after it was signed',
      async () => {
        const [header, , signature] = (await sign()).split('.')
        const payload = Buffer.from(JSON.stringify({ ...claims, 'custom:account': 'otherhouse' })).toString(
          'base64url',
        )
        return `${header}.${payload}.${signature}`
      },
    ],
  ])('is refused when it is %s', async (_name, make) => {
    const token = await make()

    await expect(verifier().verify(token)).rejects.toMatchObject({
      ...refused,
      options: { headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') } },
    })
  })
})

describe('the key set', () => {
  it('is fetched once for many tokens', async () => {
    const many = verifier()
    const before = fetches

    for (let number = 0; number < 5; number += 1) await many.verify(await sign({ jti: String(number) }))

    expect(fetches - before).toBe(1)
  })

  it('that cannot be had makes tokens uncheckable, not bad', async () => {
    up = false
    try {
      await expect(verifier().verify(await sign())).rejects.toMatchObject({
        code: 'authentication_unavailable',
      })
      await expect(
        verifier({ jwksUri: 'http://127.0.0.1:1/jwks' }).verify(await sign()),
      ).rejects.toMatchObject({ code: 'authentication_unavailable' })
    } finally {
      up = true
    }
  })
})

describe('a verified token', () => {
  it('is remembered until it expires', async () => {
    let now = NOW
    const remembering = verifier({}, () => now)
    const token = await sign()
    const verified = await remembering.verify(token)

    expect(remembering.cached(token)).toBe(verified)
    now = new Date(NOW.getTime() + 361_000)
    expect(remembering.cached(token)).toBeUndefined()
  })

  it('is not remembered when it was refused', async () => {
    const remembering = verifier()
    const token = await sign({ client_id: 'other' })
    await expect(remembering.verify(token)).rejects.toMatchObject(refused)

    expect(remembering.cached(token)).toBeUndefined()
  })
})

describe('the memory of tokens', () => {
  it('is bounded and keeps those that are used', () => {
    const cache = createTokenCache(10)
    const one = principal('one')
    cache.put('used', one, 1)
    for (let number = 0; number < 100; number += 1) {
      cache.put(String(number), one, 1)
      expect(cache.get('used', 0)).toBe(one)
    }

    const kept = Array.from({ length: 100 }, (_, number) => cache.get(String(number), 0)).filter(Boolean)

    expect(kept.length).toBeLessThanOrEqual(10)
  })
})
