import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What a network can do to a connection. `undefined` is a network that works. */
export type NetworkFault =
  /** Everything arrives later, in order. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Connections end, and new ones are refused. */
  | { readonly kind: 'cut' }
  /** Open connections are reset; new ones work. */
  | { readonly kind: 'reset' }
  /** Nothing arrives any more, and nobody is told. */
  | { readonly kind: 'half-open' }

/** A connection of a service to something that it needs, and what goes wrong on it. */
export interface TcpProxy {
  readonly port: number
  /** Begins a fault; it lasts until it is replaced by another, or by undefined. Connections that a half-open spell froze are reset at its end. */
  setFault(fault: NetworkFault | undefined): void
  /** Cuts the next connection that is answered after a COMMIT of Postgres' protocol: durable there, unknown here. */
  loseNextCommit(lost: () => void): void
  forgetCommits(): void
  stop(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  frozen: boolean
  commitUnderWay: boolean
}

/** A simple query "commit" of the Postgres protocol: type, length, text, NUL. */
const COMMIT = Buffer.from([0x51, 0, 0, 0, 11, ...Buffer.from('commit'), 0])

export async function startTcpProxy(target: () => number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  const losing: (() => void)[] = []
  let fault: NetworkFault | undefined

  const server = createServer({ allowHalfOpen: false }, (client) => {
    if (fault?.kind === 'cut') {
      client.resetAndDestroy()
      return
    }
    const pair: Pair = {
      client,
      server: connect({ port: target(), host: '127.0.0.1', noDelay: true }),
      frozen: fault?.kind === 'half-open',
      commitUnderWay: false,
    }
    pairs.add(pair)
    client.setNoDelay(true)
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      pair.server.destroy()
    }
    for (const socket of [client, pair.server]) {
      socket.on('error', end)
      socket.on('close', end)
    }
    forward(pair, client, pair.server, (data) => {
      if (losing.length > 0 && data.includes(COMMIT)) pair.commitUnderWay = true
    })
    forward(pair, pair.server, client, () => {
      if (!pair.commitUnderWay) return
      pair.commitUnderWay = false
      const lost = losing.shift()
      if (lost === undefined) return
      // The server has answered, so the commit stands; its client never learns of it.
      client.resetAndDestroy()
      end()
      lost()
    })
  })

  function forward(pair: Pair, from: Socket, to: Socket, look: (data: Buffer) => void): void {
    /** What comes later, in the order of the wire: nothing overtakes, however late a timer fires. */
    const late: { readonly data: Buffer; readonly dueAt: number }[] = []
    const write = (data: Buffer) => {
      if (pair.frozen || to.destroyed) return
      if (!to.write(data)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    }
    const writeDue = () => {
      while (late.length > 0 && late[0]!.dueAt <= performance.now()) write(late.shift()!.data)
      if (late.length > 0) setTimeout(writeDue, Math.max(1, late[0]!.dueAt - performance.now()))
    }
    from.on('data', (data: Buffer) => {
      look(data)
      if (pair.frozen || to.destroyed) return
      const delayMs = fault?.kind === 'latency' ? fault.ms : 0
      if (delayMs === 0 && late.length === 0) {
        write(data)
        return
      }
      late.push({ data, dueAt: Math.max(late.at(-1)?.dueAt ?? 0, performance.now() + delayMs) })
      if (late.length === 1) setTimeout(writeDue, delayMs)
    })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    setFault(next) {
      fault = next
      for (const pair of pairs) {
        if (next?.kind === 'half-open') pair.frozen = true
        else if (pair.frozen || next?.kind === 'cut' || next?.kind === 'reset') pair.client.resetAndDestroy()
      }
    },
    loseNextCommit: (lost) => void losing.push(lost),
    forgetCommits: () => void losing.splice(0),
    async stop() {
      for (const { client } of pairs) client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
