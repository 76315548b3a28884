import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import type { CryptoKey, JWK, JWTPayload } from 'jose'

export type Algorithm = 'RS256' | 'ES256'

/** A key pair that an issuer signs with, under its name. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function createSigningKey(kid: string, algorithm: Algorithm = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  return { kid, algorithm, privateKey, publicJwk }
}

/** Signs claims like an issuer does; `header` adds to the protected header or replaces what is in it. */
export function signed(
  key: SigningKey,
  claims: JWTPayload,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
    .sign(key.privateKey)
}

/** The key-set endpoint of an issuer. */
export interface KeyServer {
  readonly uri: string
  /** Calls so far. */
  readonly calls: number
  /** What it publishes. */
  keys: readonly SigningKey[]
  /** What it answers: `away` is a 500, `hanging` nothing at all. */
  answer: 'keys' | 'away' | 'hanging' | { readonly body: string } | { readonly redirect: string }
  stop(): void
}

export async function startKeyServer(keys: readonly SigningKey[], port = 0): Promise<KeyServer> {
  let calls = 0
  const server = createServer((_request, response) => {
    calls += 1
    if (keyServer.answer === 'hanging') return
    if (keyServer.answer === 'away') {
      response.writeHead(500).end()
      return
    }
    if (typeof keyServer.answer === 'object' && 'redirect' in keyServer.answer) {
      response.writeHead(302, { location: keyServer.answer.redirect }).end()
      return
    }
    const published = JSON.stringify({ keys: keyServer.keys.map(({ publicJwk }) => publicJwk) })
    const body = keyServer.answer === 'keys' ? published : keyServer.answer.body
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const keyServer: KeyServer = {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    get calls() {
      return calls
    },
    keys,
    answer: 'keys',
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
  return keyServer
}
