import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { EMULATOR_ENVIRONMENT } from '@comanda/e2e/embedded'

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url))

/** A notifier as it runs in production: a process of its own. */
export interface NotifierProcess {
  /** SIGKILL: nothing of it runs on. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>
  /** Resolves with the exit code once it has ended by itself. */
  ended(): Promise<number | null>
  /** What it has logged. */
  readonly log: () => string
}

export function startNotifierProcess(settings: Readonly<Record<string, string>>): NotifierProcess {
  const child = spawn(process.execPath, ['--no-warnings', MAIN], {
    env: { PATH: process.env['PATH'], ...EMULATOR_ENVIRONMENT, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text))
  const exited = once(child, 'exit') as Promise<[number | null]>
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return (await exited)[0]
  }
  return {
    kill: async () => {
      await end('SIGKILL')
    },
    terminate: () => end('SIGTERM'),
    ended: async () => (await exited)[0],
    log: () => log,
  }
}

/** A way to SQS on which one kind of call gets stuck, like `DeleteMessageBatch`. */
export async function startStuckQueue(endpoint: string, stuckAction: string) {
  const stuck: string[] = []
  const server = createServer((incoming, outgoing) => {
    const action = String(incoming.headers['x-amz-target']).split('.').at(-1)!
    if (action === stuckAction) {
      stuck.push(action)
      return
    }
    const { hostname, port } = new URL(endpoint)
    const onwards = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onwards.on('error', () => outgoing.destroy())
    incoming.pipe(onwards)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Calls that wait for ever. */
    stuck,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
