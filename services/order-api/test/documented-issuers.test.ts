import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readConfig } from '@comanda/shared/config'
import type { JWTPayload } from 'jose'
import { createTokenVerifier } from '../src/adapters/jose/token-verifier.js'
import type { TrustedIssuer } from '../src/adapters/jose/trusted-issuer.js'
import { Config } from '../src/config.js'
import { createSigningKey, signed, startKeyServer } from './key-server.js'
import type { KeyServer, SigningKey } from './key-server.js'

const PAGE = readFileSync(new URL('../../../../docs/authentication.md', import.meta.url), 'utf8')
const AuthIssuers = Config.pick({ AUTH_ISSUERS: true })

const now = new Date('2026-01-15T09:30:00.000Z')
const iat = now.getTime() / 1_000
const times = { iat, exp: iat + 3_600 }

let key: SigningKey
let keyServer: KeyServer

beforeAll(async () => {
  key = await createSigningKey('of-the-issuer')
  keyServer = await startKeyServer([key])
})
afterAll(() => keyServer.stop())

/** The settings that the page shows under a name, read like the service reads them. */
function documented(name: string): readonly TrustedIssuer[] {
  const json = new RegExp(`\`\`\`json ${name}\\n([^]*?)\`\`\``).exec(PAGE)?.[1]
  return readConfig(AuthIssuers, { AUTH_ISSUERS: json }).AUTH_ISSUERS
}

/** What a service with the documented settings makes of a token with these claims. Only the key set is elsewhere. */
async function verify(name: string, claims: JWTPayload) {
  const issuers = documented(name).map((issuer) => ({ ...issuer, jwksUri: keyServer.uri }))
  const verifier = createTokenVerifier({ issuers, maxCachedTokens: 10, now: () => now })
  const { account, actor, scopes } = await verifier.verify(await signed(key, { ...times, ...claims }))
  return { account, actor, scopes: [...scopes].sort() }
}

const refused = { code: 'unauthenticated' }

describe('Amazon Cognito, set up as documented', () => {
  const iss = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Exa4mpleA'
  const storefront = 'storefront4example4client4'
  const shoppers = 'shoppers4example4client4id'
  const sub = '6f1c0e52-9d6b-4b1f-8a63-0c5b7d1e2f3a'
  /** The access token of a client for itself: no `aud`, no user. */
  const client = {
    iss,
    sub: storefront,
    token_use: 'access',
    scope: 'comanda/orders.write comanda/orders.read',
    auth_time: iat,
    version: 2,
    jti: 'e2c5a0d4-0f7a-4f5e-9f0e-3b8f6f6f1a11',
    client_id: storefront,
  }
  /** The access token of a user through the authorization endpoint. */
  const user = {
    iss,
    sub,
    'cognito:groups': ['eu-west-1_Exa4mpleA_Google'],
    version: 2,
    client_id: shoppers,
    origin_jti: 'aaaa',
    token_use: 'access',
    scope: 'openid comanda/orders.write.own comanda/orders.read.own',
    auth_time: iat,
    jti: 'bbbb',
    username: 'google_110169484474386276334',
  }

  it('takes a client for itself, whose scopes have the names of the resource server', async () => {
    expect(await verify('cognito', client)).toEqual({
      account: 'giftshop',
      actor: storefront,
      scopes: ['orders:read', 'orders:write'],
    })
  })

  it('takes a user by their subject, not by their name', async () => {
    expect(await verify('cognito', user)).toEqual({
      account: 'giftshop',
      actor: sub,
      scopes: ['orders:read.own', 'orders:write.own'],
    })
  })

  it('gives a user who signed in without the authorization endpoint no scope', async () => {
    const { scopes } = await verify('cognito', { ...user, scope: 'aws.cognito.signin.user.admin' })

    expect(scopes).toEqual([])
  })

  it('has a name for every scope', () => {
    const [issuer] = documented('cognito')
    const mapped = Object.entries(issuer!.scopes!)

    for (const [name, scope] of mapped) expect(name).toBe(`comanda/${scope.replace(':', '.')}`)
    expect(mapped).toHaveLength(8)
  })

  it.each<[string, JWTPayload]>([
    [
      'an ID token',
      {
        iss,
        sub,
        aud: shoppers,
        token_use: 'id',
        email: 'a@shop.example',
        'cognito:username': 'a',
        auth_time: iat,
      },
    ],
    ['a client that is not listed', { ...client, client_id: 'another4example4client4id1' }],
    ['another user pool', { ...client, iss: `${iss}B` }],
    ['a token without a client', { ...client, client_id: undefined }],
  ])('refuses %s', async (_name, claims) => {
    await expect(verify('cognito', claims)).rejects.toMatchObject(refused)
  })
})

describe('another OpenID Connect issuer, set up as documented', () => {
  const KEYCLOAK = {
    iss: 'https://id.shop.example/realms/shop',
    typ: 'Bearer',
    azp: 'storefront',
    aud: ['comanda', 'account'],
    sub: '3a9f6c1e-7a57-4d2b-9c30-6f0a5b1d2e4f',
    account: 'giftshop',
    scope: 'profile orders:read orders:write',
  }
  const AUTH0 = {
    iss: 'https://shop.eu.auth0.com/',
    sub: 'auth0|6f0a5b1d2e4f',
    aud: ['https://orders.shop.example', 'https://shop.eu.auth0.com/userinfo'],
    azp: 'storefront',
    scope: 'openid orders:read.own orders:write.own',
  }
  const OKTA = {
    iss: 'https://shop.okta.com/oauth2/aus4example',
    aud: 'api://comanda',
    cid: '0oa4storefront',
    uid: '00u4shopper',
    scp: ['openid', 'orders:read.own', 'orders:write.own'],
    sub: 'jane@shop.example',
  }
  const ENTRA = {
    iss: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
    aud: '66666666-7777-8888-9999-000000000000',
    azp: '0a1b2c3d-0000-0000-0000-000000000000',
    sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    ver: '2.0',
  }

  it.each<[string, string, JWTPayload, string, string[]]>([
    ['Keycloak', 'keycloak', KEYCLOAK, KEYCLOAK.sub, ['orders:read', 'orders:write']],
    ['Auth0', 'auth0', AUTH0, AUTH0.sub, ['orders:read.own', 'orders:write.own']],
    [
      'Auth0 for a client',
      'auth0',
      { ...AUTH0, sub: 'x@clients', scope: 'orders:read' },
      'x@clients',
      ['orders:read'],
    ],
    ['Okta for a user', 'okta', OKTA, '00u4shopper', ['orders:read.own', 'orders:write.own']],
    [
      'Okta for a client',
      'okta',
      { ...OKTA, uid: undefined, sub: OKTA.cid, scp: ['orders:read'] },
      '0oa4storefront',
      ['orders:read'],
    ],
    [
      'Entra ID for a user',
      'entra',
      { ...ENTRA, scp: 'Orders.Read.Own Orders.Write.Own' },
      ENTRA.sub,
      ['orders:read.own', 'orders:write.own'],
    ],
    [
      'Entra ID for an application',
      'entra',
      { ...ENTRA, roles: ['Orders.Read', 'Orders.Write'] },
      ENTRA.sub,
      ['orders:read', 'orders:write'],
    ],
  ])('takes a token of %s', async (_name, settings, claims, actor, scopes) => {
    expect(await verify(settings, claims)).toEqual({ account: 'giftshop', actor, scopes })
  })

  it.each<[string, JWTPayload]>([
    ['keycloak', { ...KEYCLOAK, aud: 'account' }],
    ['auth0', { ...AUTH0, aud: 'https://shop.eu.auth0.com/userinfo' }],
    ['okta', { ...OKTA, aud: 'api://default' }],
    ['entra', { ...ENTRA, aud: '00000003-0000-0000-c000-000000000000' }],
    [
      'entra',
      { ...ENTRA, iss: 'https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0' },
    ],
  ])(
    'refuses a token of %s that is meant for another service, or of another tenant',
    async (settings, claims) => {
      await expect(verify(settings, claims)).rejects.toMatchObject(refused)
    },
  )
})
