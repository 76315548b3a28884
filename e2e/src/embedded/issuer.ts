import { exportJWK, generateKeyPair } from 'jose'
import { OAuth2Server } from 'oauth2-mock-server'
import type { MutableToken } from 'oauth2-mock-server'
import { z } from 'zod'

/** Who a development token is for. Scopes are joined by blanks in the `scope` claim, as Cognito does. */
export const TokenRequest = z.strictObject({
  clientId: z.string(),
  account: z.string(),
  scopes: z.array(z.string()).readonly(),
  /** A shopper; without it the client itself is the actor. */
  subject: z.string().exactOptional(),
  expiresInSeconds: z.number().exactOptional(),
})
export type TokenRequest = Readonly<z.infer<typeof TokenRequest>>

/** A development issuer: real RS256 tokens under a key set that a service fetches like any other. */
export interface Issuer {
  /** The `iss` claim. */
  readonly url: string
  readonly jwksUri: string
  token(request: TokenRequest): Promise<string>
  /** The setting AUTH_ISSUERS of order-api that trusts this issuer for the given clients. */
  settings(clientIds: readonly string[]): string
  stop(): Promise<void>
}

/** Starts the issuer with one new RS256 key. It signs for anybody who asks: never reachable from outside. */
export async function startIssuer(
  options: {
    /** 127.0.0.1 by default. */
    readonly host?: string
    readonly port?: number
    /** The `iss` claim and the key set's address as services see them; by default where it listens. */
    readonly url?: string
    /** `GET /demo/token` answers with a token for this request, as text: what a person's curl needs. */
    readonly handsOut?: TokenRequest
  } = {},
): Promise<Issuer> {
  const server = new OAuth2Server()
  // Not by the store's own generator: inside jest its key is an object of another realm, which it refuses itself.
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  await server.issuer.keys.add({ ...(await exportJWK(privateKey)), alg: 'RS256' })
  await server.start(options.port ?? 0, options.host ?? '127.0.0.1')
  const url = options.url ?? `http://127.0.0.1:${server.address().port}`
  server.issuer.url = url
  const jwksUri = `${url}/jwks`
  const token = ({ clientId, account, scopes, subject, expiresInSeconds = 3_600 }: TokenRequest) =>
    server.issuer.buildToken({
      expiresIn: expiresInSeconds,
      scopesOrTransform: (_header: MutableToken['header'], payload: MutableToken['payload']) => {
        // The shape of a Cognito access token: client_id, no aud.
        Object.assign(payload, {
          sub: subject ?? clientId,
          client_id: clientId,
          token_use: 'access',
          scope: scopes.join(' '),
          'custom:account': account,
        })
      },
    })
  // Whatever is asked for is signed: how a program gets a token where the issuer is another machine's.
  // The server has read the body by then, if the request says that it is JSON.
  server.service.addRoute('POST', '/demo/tokens', async (request, response) => {
    const asked = TokenRequest.safeParse(request.body)
    if (asked.success) response.writeHead(200, { 'content-type': 'text/plain' }).end(await token(asked.data))
    else
      response
        .writeHead(400)
        .end('The body must be JSON: {"clientId", "account", "scopes", "subject"?, "expiresInSeconds"?}.')
  })
  const { handsOut } = options
  if (handsOut !== undefined)
    server.service.addRoute('GET', '/demo/token', async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(await token(handsOut))
    })
  return {
    url,
    jwksUri,
    token,
    settings: (clientIds) =>
      JSON.stringify([
        { issuer: url, jwksUri, clientIds, algorithms: ['RS256'], account: { claim: 'custom:account' } },
      ]),
    stop: () => server.stop(),
  }
}
