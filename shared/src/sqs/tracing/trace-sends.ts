import type { Span, Tracing } from '../../tracing/tracing.js'
import type { EntrySender, SendOutcome } from '../entry-sender.js'
import type { OutgoingMessage } from '../queue-sender.js'
import { queueNameOf } from './queue-name.js'

export interface TraceSendsOptions {
  /** Without it the sender is returned as it is. */
  readonly tracing: Tracing | undefined
  readonly queueUrl: string
}

/**
 * Gives every message a span of its own, from its departure to its outcome, that goes on from the `traceparent` it
 * carries and travels in its place. A message without one begins a trace.
 */
export function traceSends(sender: EntrySender, { tracing, queueUrl }: TraceSendsOptions): EntrySender {
  if (tracing === undefined) return sender
  const queue = queueNameOf(queueUrl)

  const start = (message: OutgoingMessage, count: number): Span => {
    return tracing.start(`send ${queue}`, {
      kind: 'producer',
      parent: message.attributes?.['traceparent'],
      attributes: {
        'messaging.system': 'aws_sqs',
        'messaging.destination.name': queue,
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.batch.message_count': count,
        // Bodies are ASCII.
        'messaging.message.body.size': message.body.length,
        'messaging.message.conversation_id': message.orderId,
        'comanda.order.id': message.orderId,
      },
    })
  }
  const startAll = (messages: readonly OutgoingMessage[]) => {
    const spans = messages.map((message) => start(message, messages.length))
    const traced = messages.map((message, index) => ({
      ...message,
      attributes: { ...message.attributes, traceparent: spans[index]!.traceparent },
    }))
    return { spans, traced }
  }

  return {
    send(messages, settled) {
      const { spans, traced } = startAll(messages)
      return sender.send(traced, (index, outcome) => {
        end(spans[index], outcome)
        settled(index, outcome)
      })
    },
    async sendAll(messages, calls) {
      const { spans, traced } = startAll(messages)
      const outcomes = await sender.sendAll(traced, calls)
      for (const [index, outcome] of outcomes.entries()) end(spans[index], outcome)
      return outcomes
    },
  }
}

function end(span: Span | undefined, outcome: SendOutcome): void {
  if (outcome.kind === 'failed') span?.fail(outcome.code)
  else if (outcome.kind === 'unknown') span?.fail('no_answer')
  span?.end()
}
