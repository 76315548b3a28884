import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { countInFlight } from '../src/adapters/http/in-flight.js'
import { startHttpServer } from '../src/adapters/http/server.js'
import type { HttpServer } from '../src/adapters/http/server.js'
import { LOCAL_SERVER } from './local-server.js'

let server: HttpServer
const agent = new Agent({ keepAlive: true })

afterEach(async () => {
  agent.destroy()
  await server.close(0)
})

describe('the count of requests in flight', () => {
  it('holds those that wait for their answer, and none that was answered or whose caller has left', async () => {
    const taken = new Map<string, ServerResponse>()
    const arrived = Promise.withResolvers<undefined>()
    const inFlight = countInFlight(({ url }, response) => {
      if (taken.set(url!, response).size === 2) arrived.resolve(undefined)
    })
    server = await startHttpServer({ ...LOCAL_SERVER, listener: inFlight.listener })
    const send = (path: string) => request({ agent, host: '127.0.0.1', port: server.port, path }).end()
    const stays = send('/stays').on('response', (answer) => answer.resume())
    const leaves = send('/leaves').on('error', () => undefined)
    await arrived.promise
    const waiting = inFlight.count

    const left = once(taken.get('/leaves')!, 'close')
    leaves.destroy()
    await left
    const withoutCaller = inFlight.count
    const answered = once(taken.get('/stays')!, 'close')
    taken.get('/stays')!.end()
    await Promise.all([answered, once(stays, 'close')])

    expect(waiting).toBe(2)
    expect(withoutCaller).toBe(1)
    expect(inFlight.count).toBe(0)
  })
})
