import { describe, expect, it } from '@jest/globals'
import type { EntrySender } from '../../src/sqs/entry-sender.js'
import { DONE } from '../../src/sqs/outcome.js'
import type { OutgoingMessage } from '../../src/sqs/queue-sender.js'
import type { ReceivedMessage } from '../../src/sqs/received-message.js'
import { traceBatches } from '../../src/sqs/tracing/trace-batches.js'
import { traceSends } from '../../src/sqs/tracing/trace-sends.js'
import { createRecordingTracing } from './recording-tracing.js'

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo'
const CALLER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

const outgoing = (attributes?: Readonly<Record<string, string>>): OutgoingMessage => ({
  body: '{}',
  groupId: 'g',
  deduplicationId: 'd',
  orderId: 'o-1',
  ...(attributes === undefined ? {} : { attributes }),
})
const received = (id: string, traceparent?: string): ReceivedMessage => ({
  id,
  body: '{}',
  receiptHandle: id,
  receiveCount: 3,
  sentAt: new Date(0),
  firstReceivedAt: new Date(0),
  attributes: traceparent === undefined ? {} : { traceparent },
})

describe('traced sends', () => {
  it('carry the context of their own span, which goes on from the one they were given', async () => {
    const tracing = createRecordingTracing()
    const carried: (string | undefined)[] = []
    const sender: EntrySender = {
      send(messages, settled) {
        carried.push(...messages.map(({ attributes }) => attributes?.['traceparent']))
        for (const index of messages.keys()) settled(index, { kind: 'sent' })
        return Promise.resolve()
      },
      sendAll: () => Promise.resolve([]),
    }

    await traceSends(sender, { tracing, queueUrl: QUEUE_URL }).send(
      [outgoing({ traceparent: CALLER }), outgoing()],
      () => undefined,
    )

    expect(tracing.spans.map(({ name, kind, parent, ended }) => ({ name, kind, parent, ended }))).toEqual([
      { name: 'send orders.fifo', kind: 'producer', parent: CALLER, ended: true },
      { name: 'send orders.fifo', kind: 'producer', parent: undefined, ended: true },
    ])
    expect(carried).toEqual(tracing.spans.map(({ traceparent }) => traceparent))
  })

  it('say what became of each, also where they are sent in bulk', async () => {
    const tracing = createRecordingTracing()
    const sender: EntrySender = {
      send: () => Promise.resolve(),
      sendAll: () =>
        Promise.resolve([
          { kind: 'sent' },
          { kind: 'failed', code: 'InternalError', retryable: true },
          { kind: 'unknown', cause: new Error('reset') },
        ]),
    }

    await traceSends(sender, { tracing, queueUrl: QUEUE_URL }).sendAll([outgoing(), outgoing(), outgoing()])

    expect(tracing.spans.map(({ failed, ended }) => ({ failed, ended }))).toEqual([
      { failed: undefined, ended: true },
      { failed: 'InternalError', ended: true },
      { failed: 'no_answer', ended: true },
    ])
  })

  it('are the sender itself where nothing is traced', () => {
    const sender: EntrySender = { send: () => Promise.resolve(), sendAll: () => Promise.resolve([]) }

    expect(traceSends(sender, { tracing: undefined, queueUrl: QUEUE_URL })).toBe(sender)
  })
})

describe('traced batches', () => {
  it('are linked to their messages, each of which is handled in a trace of its own', async () => {
    const tracing = createRecordingTracing()
    const seen: (string | undefined)[] = []
    const handle = traceBatches(
      (messages) => {
        seen.push(...messages.map(({ attributes }) => attributes['traceparent']))
        return Promise.resolve([DONE, { kind: 'retry', reason: 'conflict' }])
      },
      { tracing, queueUrl: QUEUE_URL },
    )

    await handle([received('a', CALLER), received('b')], new AbortController().signal)

    const [batch, first, second] = tracing.spans
    expect(batch).toMatchObject({
      name: 'process_batch orders.fifo',
      parent: undefined,
      links: [CALLER],
      ended: true,
    })
    expect(first).toMatchObject({ name: 'process orders.fifo', parent: CALLER, links: [batch!.traceparent] })
    expect(second).toMatchObject({ parent: batch!.traceparent })
    expect([first, second].map((span) => span!.attributes['comanda.outcome'])).toEqual(['done', 'retry'])
    expect(first!.attributes['comanda.attempts']).toBe(3)
    expect(seen).toEqual([first!.traceparent, second!.traceparent])
  })

  it('of one message go on in its trace', async () => {
    const tracing = createRecordingTracing()
    const handle = traceBatches(() => Promise.resolve([DONE]), { tracing, queueUrl: QUEUE_URL })

    await handle([received('a', CALLER)], new AbortController().signal)

    expect(tracing.spans[0]).toMatchObject({ parent: CALLER, links: [CALLER] })
  })

  it('end as failed, with every message, where the handler fails', async () => {
    const tracing = createRecordingTracing()
    const handle = traceBatches(() => Promise.reject(new Error('away')), { tracing, queueUrl: QUEUE_URL })

    const handled = handle([received('a', CALLER)], new AbortController().signal)

    await expect(handled).rejects.toThrow('away')
    expect(tracing.spans.map(({ failed, ended }) => ({ failed, ended }))).toEqual([
      { failed: 'handler_failed', ended: true },
      { failed: 'handler_failed', ended: true },
    ])
  })
})
