import type { Span, Tracing } from '../../tracing/tracing.js'
import type { Outcome } from '../outcome.js'
import type { BatchHandler } from '../queue-consumer.js'
import type { ReceivedMessage } from '../received-message.js'
import { queueNameOf } from './queue-name.js'

export interface TraceBatchesOptions {
  /** Without it the handler is returned as it is. */
  readonly tracing: Tracing | undefined
  readonly queueUrl: string
}

/**
 * Traces a handler twice over: one span for the batch, linked to every message and active while it is handled; and one
 * for each message, in the message's own trace and linked to the batch, whose context the handler finds in the message's
 * `traceparent`. So each order has a whole trace of its own, and each leads to what it shared with others. A batch of one
 * goes on in the trace of its message.
 */
export function traceBatches(handle: BatchHandler, { tracing, queueUrl }: TraceBatchesOptions): BatchHandler {
  if (tracing === undefined) return handle
  const queue = queueNameOf(queueUrl)
  const common = {
    'messaging.system': 'aws_sqs',
    'messaging.destination.name': queue,
    'messaging.operation.type': 'process',
  }

  return async (messages, signal) => {
    const contexts = messages.map(({ attributes }) => attributes['traceparent'])
    const batch = tracing.start(`process_batch ${queue}`, {
      kind: 'consumer',
      parent: messages.length === 1 ? contexts[0] : undefined,
      links: contexts.filter((context) => context !== undefined),
      attributes: {
        ...common,
        'messaging.operation.name': 'process_batch',
        'messaging.batch.message_count': messages.length,
      },
    })
    const spans = messages.map((message, index) =>
      tracing.start(`process ${queue}`, {
        kind: 'consumer',
        parent: contexts[index] ?? batch.traceparent,
        links: [batch.traceparent],
        attributes: {
          ...common,
          'messaging.operation.name': 'process',
          'messaging.message.id': message.id,
          'comanda.attempts': message.receiveCount,
        },
      }),
    )
    const traced = messages.map((message, index) => withContext(message, spans[index]!.traceparent))
    try {
      const outcomes = await batch.run(() => handle(traced, signal))
      for (const [index, span] of spans.entries()) end(span, outcomes[index])
      return outcomes
    } catch (error) {
      for (const span of [...spans, batch]) span.fail('handler_failed')
      for (const span of spans) span.end()
      throw error
    } finally {
      batch.end()
    }
  }
}

function withContext(message: ReceivedMessage, traceparent: string): ReceivedMessage {
  return { ...message, attributes: { ...message.attributes, traceparent } }
}

function end(span: Span, outcome: Outcome | undefined): void {
  span.set({ 'comanda.outcome': outcome?.kind ?? 'retry' })
  span.end()
}
