import { SQSClient } from '@aws-sdk/client-sqs'
import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'

export interface SqsClientsOptions {
  readonly region: string
  /** Another endpoint than the region's own: an emulator, or a VPC endpoint. */
  readonly endpoint?: string
  /** How many long polls the process may have open at once. */
  readonly pollSockets: number
  /** How many other calls may be open at once; more wait for a socket. */
  readonly workSockets?: number
  readonly connectionTimeoutMs?: number
  /** Limit of one attempt of a send, a delete or a visibility change. */
  readonly requestTimeoutMs?: number
  /** Attempts of one such call, the first included. The SDK waits between them with full jitter. */
  readonly maxAttempts?: number
  /** Other credentials than those of the SDK's provider chain. */
  readonly credentials?: SQSClientConfig['credentials']
}

export interface SqsClients {
  /** For ReceiveMessage only. */
  readonly poll: SQSClient
  /** For everything else. */
  readonly work: SQSClient
  /** Closes the sockets of both. */
  destroy(): void
}

/** A long poll lasts at most 20 s (AWS quota); what takes longer is a connection that died silently. */
const POLL_REQUEST_TIMEOUT_MS = 25_000

/** Sockets above the pollers' own, for a poll that ends while the next one begins. */
const SPARE_POLL_SOCKETS = 5

/**
 * Creates two clients. Long polls keep their sockets to themselves: 50 idle polls on a shared client made a send wait
 * 3.5 s for a socket. Time-outs throw (by default the SDK only logs them, and a black-holed call hangs for minutes).
 * Calls go to the configured endpoint, not to the host of a queue URL, which an emulator may not be reachable under.
 * Polls are tried once: the consumer has a backoff of its own, and two layers of retries make storms.
 */
export function createSqsClients(options: SqsClientsOptions): SqsClients {
  const { region, endpoint, credentials, connectionTimeoutMs = 1_000 } = options
  const client = (settings: { sockets: number; requestTimeoutMs: number; maxAttempts: number }) =>
    new SQSClient({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      useQueueUrlAsEndpoint: false,
      // Nothing adds middleware later, so it is put together once per command: a tenth less CPU a call (measured).
      cacheMiddleware: true,
      maxAttempts: settings.maxAttempts,
      requestHandler: new NodeHttpHandler({
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: settings.requestTimeoutMs,
        throwOnRequestTimeout: true,
        httpAgent: { keepAlive: true, maxSockets: settings.sockets },
        httpsAgent: { keepAlive: true, maxSockets: settings.sockets },
      }),
    })
  const poll = client({
    sockets: options.pollSockets + SPARE_POLL_SOCKETS,
    requestTimeoutMs: POLL_REQUEST_TIMEOUT_MS,
    maxAttempts: 1,
  })
  const work = client({
    sockets: options.workSockets ?? 64,
    requestTimeoutMs: options.requestTimeoutMs ?? 3_000,
    maxAttempts: options.maxAttempts ?? 3,
  })
  return {
    poll,
    work,
    destroy() {
      poll.destroy()
      work.destroy()
    },
  }
}
