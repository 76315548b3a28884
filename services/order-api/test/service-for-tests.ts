import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { EMULATOR_ENVIRONMENT, emulatorClient } from '@comanda/e2e/embedded'
import type { Issuer, Queues, TestDatabase } from '@comanda/e2e/embedded'
import { readConfig } from '@comanda/shared/config'
import { COMMAND_SCHEMAS, readMessage } from '@comanda/shared/messages'
import type { Command } from '@comanda/shared/messages'
import { Config } from '../src/config.js'
import { SCOPES } from '../src/domain/principal.js'
import type { Scope } from '../src/domain/principal.js'
import { startService } from '../src/service.js'
import type { OrderApi } from '../src/service.js'

export const RECEIPT_KEY = Buffer.alloc(32, 7)

/** Settings of a service over parts of a test, as an environment. */
export function environmentFor(parts: {
  readonly issuer: Pick<Issuer, 'settings'>
  readonly queues: Queues
  readonly database: Pick<TestDatabase, 'urlAs'>
}): Record<string, string> {
  return {
    ...EMULATOR_ENVIRONMENT,
    HOST: '127.0.0.1',
    PORT: '0',
    ADMIN_PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: parts.database.urlAs('comanda_order_api'),
    SQS_ENDPOINT: parts.queues.endpoint,
    ORDERS_QUEUE_URL: parts.queues.orders,
    AUTH_ISSUERS: parts.issuer.settings(['storefront']),
    RECEIPT_KEYS: JSON.stringify({ sign: 'v1', keys: { v1: RECEIPT_KEY.toString('base64') } }),
    // The first query on a cold connection of a busy machine may take longer than in production.
    KEY_LOOKUP_BUDGET_MS: '1000',
    // The service has the event loop with the test's clients, and none is to meet a 503.
    SHED_MAX_UNDER_WAY: '1000000',
  }
}

/** Starts the service in this process. */
export function startWith(environment: Readonly<Record<string, string>>): Promise<OrderApi> {
  return startService(readConfig(Config, environment))
}

/** A token of the storefront. */
export function tokenOf(
  issuer: Issuer,
  scopes: readonly Scope[] = SCOPES,
  account = 'giftshop',
): Promise<string> {
  return issuer.token({ clientId: 'storefront', account, scopes })
}

/** Takes every command that is in the queue now. */
export async function receiveCommands(queues: Queues): Promise<Command[]> {
  const client = emulatorClient(queues.endpoint)
  try {
    const commands: Command[] = []
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queues.orders, MaxNumberOfMessages: 10 }),
      )
      if (Messages.length === 0) return commands
      for (const { Body } of Messages) {
        const read = readMessage(COMMAND_SCHEMAS, Body!)
        if (read.kind !== 'message') throw new Error(`not a command: ${read.kind}`)
        commands.push(read.message)
      }
    }
  } finally {
    client.destroy()
  }
}

/** Stands before the queue and holds every call until it is released. */
export interface QueueGate {
  readonly endpoint: string
  /** Resolves when the first call has come. */
  readonly called: Promise<undefined>
  release(): void
  stop(): void
}

export async function startQueueGate(target: string): Promise<QueueGate> {
  const called = Promise.withResolvers<undefined>()
  const released = Promise.withResolvers<undefined>()
  const server = createServer(async (request, response) => {
    const body: Buffer[] = []
    for await (const chunk of request) body.push(chunk as Buffer)
    called.resolve(undefined)
    await released.promise
    const headers = Object.entries(request.headers).filter(
      ([name]) => !['host', 'connection', 'content-length', 'expect'].includes(name),
    ) as [string, string][]
    const answer = await fetch(target + request.url!, { method: 'POST', headers, body: Buffer.concat(body) })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    called: called.promise,
    release: () => released.resolve(undefined),
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
