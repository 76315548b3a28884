// The AsyncAPI 3.0 description of the two queues, from the schemas and examples that the services read and write with.
import { z } from 'zod'
import * as messages from '../shared/dist/src/messages/index.js'

const QUEUES = {
  orders: {
    title: 'Commands from order-api to order-worker',
    schemas: messages.COMMAND_SCHEMAS,
    sender: 'order-api',
    receiver: 'order-worker',
  },
  'order-events': {
    title: 'Events from order-worker to notifier',
    schemas: messages.EVENT_SCHEMAS,
    sender: 'order-worker',
    receiver: 'notifier',
  },
}

export async function asyncApi() {
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Comanda messages',
      version: '1',
      description:
        'CloudEvents 1.0 in structured JSON, ASCII-escaped, on Amazon SQS. Delivery is at least once and in any order; `id` is stable over retries, so a repeated id is the same command or event. Readers ignore attributes that they do not know and keep types that they do not know.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: {},
    operations: {},
    components: { messages: {} },
  }
  for (const [queue, { title, schemas, sender, receiver }] of Object.entries(QUEUES)) {
    const names = Object.keys(schemas)
    document.channels[queue] = {
      address: queue,
      title,
      messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    }
    const ref = { $ref: `#/channels/${queue}` }
    document.operations[`${sender}.send`] = { action: 'send', channel: ref }
    document.operations[`${receiver}.receive`] = { action: 'receive', channel: ref }
    for (const [name, schema] of Object.entries(schemas)) {
      document.components.messages[name] = {
        name,
        contentType: 'application/cloudevents+json',
        headers: {
          type: 'object',
          properties: {
            traceparent: { type: 'string', description: 'W3C Trace Context, as a message attribute.' },
          },
        },
        payload: z.toJSONSchema(schema, { target: 'draft-7', unrepresentable: 'any' }),
        examples: [{ payload: exampleOf(name) }],
      }
    }
  }
  return document
}

function exampleOf(type) {
  const example = Object.values(messages).find((value) => value?.specversion === '1.0' && value.type === type)
  if (!example) throw new Error(`${type} has no example`)
  return example
}
