import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** By `performance.now()`. */
  readonly at: number
}

/** What the server does with one request. */
export type Step = (response: ServerResponse, request: Received) => void

export interface MisbehavingServer {
  readonly url: string
  readonly received: readonly Received[]
  stop(): Promise<void>
}

/** A real server on loopback that does to each request what the script says; past its end it repeats the last step. */
export async function startMisbehavingServer(...script: readonly Step[]): Promise<MisbehavingServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request
      received.push({ method, path, headers, body, at: performance.now() })
      const step = script[received.length - 1] ?? script.at(-1)!
      step(response, received.at(-1)!)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Step {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A refusal as the API writes it. */
export function problem(status: number, code: string, headers = {}, more = {}): Step {
  const body = { type: `urn:comanda:problem:${code}`, title: 'No', status, detail: `It is ${code}.`, ...more }
  return json(status, body, { 'content-type': 'application/problem+json', ...headers })
}

/** Breaks the connection before it answers. */
export const reset: Step = (response) => response.socket!.resetAndDestroy()

/** Begins an answer and breaks the connection within. */
export const cutOff: Step = (response) => {
  response.writeHead(202, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id":', () => response.socket!.destroy())
}

/** Never answers. */
export const silence: Step = () => undefined

export const ID = '3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f'

export const placed = json(202, { id: ID, status: 'accepted' }, { location: `/v1/orders/${ID}?receipt=r.1` })
