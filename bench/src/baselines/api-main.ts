import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { AddressInfo } from 'node:net'
import type { TrustedIssuer } from '@comanda/order-api/dist/src/adapters/jose/trusted-issuer.js'
import { createOrdersApp } from './orders-app.js'
import type { Publish } from './orders-app.js'

/** What a baseline server is told, as JSON in its first argument. */
export interface ApiBaseline {
  readonly issuers: readonly TrustedIssuer[]
  /** Without a queue it is the *bare* baseline, with one the *tutorial*: one SendMessage an order. */
  readonly queue?: { readonly endpoint: string; readonly url: string }
}

const { issuers, queue } = JSON.parse(process.argv[2]!) as ApiBaseline

/** As the SDK's documentation shows it: one client with its defaults, one awaited call an order. */
function sendEach({ endpoint, url }: NonNullable<ApiBaseline['queue']>): Publish {
  const client = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false })
  return async (id, order) => {
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify({ id, order }) }))
  }
}

const app = createOrdersApp(issuers, queue && sendEach(queue))
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
process.once('SIGTERM', () => process.exit(0))
process.once('disconnect', () => process.exit(0))
