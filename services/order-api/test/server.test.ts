import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { startHttpServer } from '../src/adapters/http/server.js'
import type { HttpServer, ServerOptions } from '../src/adapters/http/server.js'
import { LOCAL_SERVER } from './local-server.js'

let server: HttpServer
const clients: Socket[] = []

async function listen(options: Partial<ServerOptions> = {}): Promise<Socket> {
  server = await startHttpServer({
    ...LOCAL_SERVER,
    keepAliveTimeoutMs: 60_000,
    listener: (request, response) => void request.resume().on('end', () => response.end('answered')),
    ...options,
  })
  const client = connect(server.port, '127.0.0.1')
  client.setEncoding('utf8')
  clients.push(client)
  await once(client, 'connect')
  return client
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await server.close(0)
})

const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'

/** Everything that comes until the other side ends the connection. */
async function rest(client: Socket): Promise<string> {
  let text = ''
  client.on('data', (chunk: string) => (text += chunk))
  await once(client, 'close')
  return text
}

describe('the HTTP server', () => {
  it('holds no connection for a slow sender past the time for a request', async () => {
    const client = await listen({ requestTimeoutMs: 100 })

    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{')

    expect(await rest(client)).toContain('408')
  }, 10_000)

  it('answers a request that was on its way when it was told to close', async () => {
    const client = await listen()
    client.write(REQUEST)
    await once(client, 'data')

    const closed = server.close(5_000)
    client.write(REQUEST)

    const [answer] = (await once(client, 'data')) as [string]
    expect(answer).toContain('answered')
    client.end()
    await closed
  })

  it('cuts what is left after the time to close', async () => {
    const client = await listen({ listener: () => undefined })
    client.write(REQUEST)

    await server.close(100)

    expect(await rest(client)).toBe('')
  })
})
