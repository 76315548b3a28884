import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A way to the emulator that a test can block for one kind of call. */
export interface SqsProxy {
  readonly endpoint: string
  /** Holds every further call of an action (`DeleteMessageBatch`); resolves when the first one has come. */
  hold(action: string): Promise<void>
  stop(): Promise<void>
}

export async function startSqsProxy(target: string): Promise<SqsProxy> {
  const held = new Map<string, PromiseWithResolvers<undefined>>()
  const server = createServer((incoming, outgoing) => {
    const action = String(incoming.headers['x-amz-target']).replace('AmazonSQS.', '')
    const hold = held.get(action)
    if (hold !== undefined) {
      // Never answered: the caller ends, or its test does.
      hold.resolve(undefined)
      return
    }
    const { method, url, headers } = incoming
    const onward = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(action) {
      const first = Promise.withResolvers<undefined>()
      held.set(action, first)
      return first.promise
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
