import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../load/random.js'
import { createUpstream, failedEntry, readCall, sqsError, writeAnswer } from './sqs-protocol.js'
import type { SqsAnswer, SqsCall, SqsEntry } from './sqs-protocol.js'

/** What real queues do and emulators do not, by name, with the probability for a call or an entry of one. */
export type QueueFault =
  /** A message is stored twice. */
  | 'duplicate'
  /** A message shows up to four seconds later, behind those that came after it. */
  | 'delay'
  /** The messages of a receive come in another order. */
  | 'reorder'
  /** A delete is confirmed and does not stick: the message comes again. */
  | 'redelivery'
  /** Some entries of a batch fail though the call is answered 200: sends, deletes, visibility changes. */
  | 'send-failed'
  | 'delete-failed'
  | 'visibility-failed'
  /** The call fails as a whole, before or after it was carried out. */
  | 'error-500'
  | 'throttling'
export const QUEUE_FAULTS: readonly QueueFault[] = [
  'duplicate',
  'delay',
  'reorder',
  'redelivery',
  'send-failed',
  'delete-failed',
  'visibility-failed',
  'error-500',
  'throttling',
]

export interface SqsProxy {
  readonly endpoint: string
  /** Probabilities from 0 to 1; what is not named does not happen. */
  setFaults(faults: Readonly<Partial<Record<QueueFault, number>>>): void
  /** Lets the second half of the next batch of events fail with HTTP 200 (R3). */
  failNextEvents(failed: () => void): void
  stop(): Promise<void>
}

const MOST_DELAY_SECONDS = 4

/** Starts a proxy in front of an SQS endpoint that makes it as unreliable as the real one is allowed to be. */
export async function startSqsProxy(options: {
  readonly upstream: () => string
  readonly eventsQueue: string
  readonly random: Random
  /** Told of everything that was done to a call. */
  readonly fired: (fault: QueueFault | 'R3') => void
  /** Told of every body of a message that the events queue has stored. */
  readonly published: (body: string) => void
}): Promise<SqsProxy> {
  const { random, eventsQueue, published } = options
  const upstream = createUpstream(options.upstream)
  const failing: (() => void)[] = []
  let faults: Readonly<Partial<Record<QueueFault, number>>> = {}

  function happens(fault: QueueFault): boolean {
    if (!random.chance(faults[fault] ?? 0)) return false
    options.fired(fault)
    return true
  }

  async function handle(call: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const read = await readCall(call)
    const send = (sent: SqsCall) => upstream(sent, call.headers, gone.signal)
    writeAnswer(response, await carryOut(read, send))
  }

  async function carryOut(call: SqsCall, send: (call: SqsCall) => Promise<SqsAnswer>): Promise<SqsAnswer> {
    const { operation } = call
    if (happens('throttling')) return sqsError(400, 'ThrottlingException')
    const isLost = happens('error-500')
    if (isLost && random.chance(0.5)) return sqsError(500, 'InternalFailure')
    const answer = await (operation === 'SendMessageBatch'
      ? sendBatch(call, send)
      : operation === 'DeleteMessageBatch'
        ? deleteBatch(call, send)
        : operation === 'ChangeMessageVisibilityBatch'
          ? partly(call, send, 'visibility-failed')
          : operation === 'ReceiveMessage'
            ? receive(call, send)
            : send(call))
    return isLost ? sqsError(500, 'InternalFailure') : answer
  }

  async function sendBatch(call: SqsCall, send: (call: SqsCall) => Promise<SqsAnswer>): Promise<SqsAnswer> {
    const { Entries: all = [], QueueUrl = '' } = call.input
    const isEvents = sameQueue(QueueUrl, eventsQueue)
    const failed = new Set<SqsEntry>()
    const half = isEvents && all.length > 1 ? failing.shift() : undefined
    if (half !== undefined) {
      for (const entry of all.slice(Math.floor(all.length / 2))) failed.add(entry)
      options.fired('R3')
    }
    for (const entry of all) if (happens('send-failed')) failed.add(entry)
    const entries = all
      .filter((entry) => !failed.has(entry))
      .map((entry) =>
        happens('delay') ? { ...entry, DelaySeconds: 1 + random.below(MOST_DELAY_SECONDS) } : entry,
      )
    // A second copy under an id of its own, which nobody asks about.
    const copies = entries
      .filter(() => happens('duplicate'))
      .map((entry) => ({ ...entry, Id: `${entry.Id}-again` }))
    const answer = entries.length === 0 ? { status: 200, output: {} } : await send(withEntries(call, entries))
    if (answer.status === 200) {
      const stored = new Set((answer.output.Successful ?? []).map(({ Id }) => Id))
      if (isEvents)
        for (const { Id, MessageBody } of entries) if (stored.has(Id)) published(MessageBody ?? '')
      for (const copy of copies) {
        const { status } = await send(withEntries(call, [copy]))
        if (isEvents && status === 200) published(copy.MessageBody ?? '')
      }
    }
    half?.()
    return withFailed(answer, [...failed])
  }

  async function deleteBatch(call: SqsCall, send: (call: SqsCall) => Promise<SqsAnswer>): Promise<SqsAnswer> {
    const { Entries: all = [] } = call.input
    const kept = all.filter(() => happens('redelivery'))
    if (kept.length === 0) return partly(call, send, 'delete-failed')
    const others = all.filter((entry) => !kept.includes(entry))
    const answer: SqsAnswer =
      others.length === 0
        ? { status: 200, output: {} }
        : await partly(withEntries(call, others), send, 'delete-failed')
    if (answer.status !== 200) return answer
    const Entries = kept.map((entry) => ({ ...entry, VisibilityTimeout: random.below(3) }))
    await send({ operation: 'ChangeMessageVisibilityBatch', input: { ...call.input, Entries } })
    const Successful = [...(answer.output.Successful ?? []), ...kept.map(({ Id }) => ({ Id }))]
    return { status: 200, output: { ...answer.output, Successful } }
  }

  async function partly(
    call: SqsCall,
    send: (call: SqsCall) => Promise<SqsAnswer>,
    fault: QueueFault,
  ): Promise<SqsAnswer> {
    const { Entries: all = [] } = call.input
    const failed = all.filter(() => happens(fault))
    const entries = all.filter((entry) => !failed.includes(entry))
    const answer = entries.length === 0 ? { status: 200, output: {} } : await send(withEntries(call, entries))
    return withFailed(answer, failed)
  }

  async function receive(call: SqsCall, send: (call: SqsCall) => Promise<SqsAnswer>): Promise<SqsAnswer> {
    const answer = await send(call)
    const { Messages } = answer.output
    if (Messages === undefined || Messages.length < 2 || !happens('reorder')) return answer
    const shuffled = Messages.map((message) => ({ message, at: random.next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ message }) => message)
    return { ...answer, output: { ...answer.output, Messages: shuffled } }
  }

  const server = createServer((call, response) => {
    handle(call, response).catch(async () => {
      // The queue is away: so is its proxy.
      await delay(1)
      response.destroy()
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setFaults(next) {
      faults = next
    },
    failNextEvents: (failed) => void failing.push(failed),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function withEntries(call: SqsCall, entries: readonly SqsEntry[]): SqsCall {
  return { ...call, input: { ...call.input, Entries: entries } }
}

function withFailed(answer: SqsAnswer, failed: readonly SqsEntry[]): SqsAnswer {
  if (failed.length === 0 || answer.status !== 200) return answer
  const Failed = [...(answer.output.Failed ?? []), ...failed.map(failedEntry)]
  return { ...answer, output: { ...answer.output, Successful: answer.output.Successful ?? [], Failed } }
}

function sameQueue(one: string, other: string): boolean {
  return one.split('/').at(-1) === other.split('/').at(-1)
}
