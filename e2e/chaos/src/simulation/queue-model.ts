import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Random } from '../load/random.js'
import type { VirtualTime } from './virtual-time.js'

/** SQS as far as its promises go: at least once, in any order, a delete that may not stick, calls that fail half. */
export interface QueueModel {
  /** A client for one process; `isAlive` false lets its calls hang for ever, as those of a dead process do. */
  client(isAlive: () => boolean): SQSClient
  put(queue: string, body: string): void
  depth(queue: string): number
  bodies(queue: string): readonly string[]
  /** No more trouble from now on. */
  calm(): void
}

interface Message {
  readonly id: string
  readonly body: string
  readonly attributes: unknown
  readonly group: string | undefined
  readonly sentAt: number
  firstReceivedAt?: number
  visibleAt: number
  receives: number
  handle: string
}

interface Entry {
  readonly Id: string
  readonly MessageBody?: string
  readonly MessageAttributes?: unknown
  readonly MessageGroupId?: string
  readonly ReceiptHandle?: string
  readonly VisibilityTimeout?: number
}
interface Input {
  readonly QueueUrl: string
  readonly Entries?: readonly Entry[]
  readonly WaitTimeSeconds?: number
  readonly VisibilityTimeout?: number
}

const MAX_RECEIVES = 60
const LATENCY_MS = 8
const POLL_EVERY_MS = 50

export function createQueueModel(
  time: VirtualTime,
  random: Random,
  published: (queue: string, body: string) => void,
): QueueModel {
  const queues = new Map<string, Message[]>()
  let trouble = 1
  let ids = 0
  const messagesOf = (url: string) => {
    const name = url.split('/').at(-1)!
    let found = queues.get(name)
    if (found === undefined) queues.set(name, (found = []))
    return found
  }
  const happens = (probability: number) => random.chance(probability * trouble)

  function store(url: string, { MessageBody = '', MessageAttributes, MessageGroupId }: Entry): void {
    published(url.split('/').at(-1)!, MessageBody)
    for (let copy = happens(0.1) ? 2 : 1; copy > 0; copy -= 1)
      messagesOf(url).push({
        id: `m${++ids}`,
        body: MessageBody,
        attributes: MessageAttributes ?? {},
        group: MessageGroupId,
        sentAt: Date.now(),
        visibleAt: time.now() + (happens(0.2) ? random.below(5_000) : 0),
        receives: 0,
        handle: '',
      })
  }

  /** Carries each entry out, or fails it though the call is answered. */
  function eachEntry({ Entries = [] }: Input, carryOut: (entry: Entry) => void) {
    const [Successful, Failed]: [unknown[], unknown[]] = [[], []]
    for (const entry of Entries) {
      const { Id } = entry
      if (happens(0.03)) Failed.push({ Id, Code: 'InternalError', SenderFault: false })
      else {
        carryOut(entry)
        Successful.push({ Id })
      }
    }
    return { Successful, Failed }
  }

  const withHandle = (url: string, handle: string | undefined) =>
    messagesOf(url).find((message) => message.handle === handle)

  function receive(url: string, visibilitySeconds: number) {
    const messages = messagesOf(url)
    const dead = messages.filter(
      ({ receives, visibleAt }) => receives >= MAX_RECEIVES && visibleAt <= time.now(),
    )
    for (const message of dead) {
      messages.splice(messages.indexOf(message), 1)
      messagesOf(`${url}-dead-letter`).push(message)
    }
    const visible = messages.filter(({ visibleAt }) => visibleAt <= time.now())
    // Best effort order.
    if (happens(0.3)) visible.sort(() => random.next() - 0.5)
    return visible.slice(0, 10).map((message) => {
      message.visibleAt = time.now() + visibilitySeconds * 1_000
      message.receives += 1
      message.firstReceivedAt ??= Date.now()
      message.handle = `h${++ids}`
      return {
        MessageId: message.id,
        ReceiptHandle: message.handle,
        Body: message.body,
        MessageAttributes: message.attributes,
        Attributes: {
          ApproximateReceiveCount: String(message.receives),
          SentTimestamp: String(message.sentAt),
          ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
          MessageGroupId: message.group,
        },
      }
    })
  }

  async function call(name: string, input: Input, isAlive: () => boolean): Promise<unknown> {
    await time.wait(random.below(LATENCY_MS))
    if (!isAlive()) return new Promise(() => undefined)
    if (happens(0.02))
      throw Object.assign(new Error('a failure of the model'), { name: 'ServiceUnavailable' })
    const answer = await carryOut(name, input, isAlive)
    if (happens(0.02)) throw Object.assign(new Error('a lost answer of the model'), { name: 'TimeoutError' })
    await time.wait(random.below(LATENCY_MS))
    return isAlive() ? answer : new Promise(() => undefined)
  }

  async function carryOut(name: string, input: Input, isAlive: () => boolean): Promise<unknown> {
    const { QueueUrl: url } = input
    switch (name) {
      case 'SendMessageBatchCommand':
        return eachEntry(input, (entry) => store(url, entry))
      case 'DeleteMessageBatchCommand':
        return eachEntry(input, ({ ReceiptHandle }) => {
          const message = withHandle(url, ReceiptHandle)
          if (message === undefined) return
          // Deleted, and back again a little later.
          if (happens(0.03)) message.visibleAt = time.now() + random.below(4_000)
          else messagesOf(url).splice(messagesOf(url).indexOf(message), 1)
        })
      case 'ChangeMessageVisibilityBatchCommand':
        return eachEntry(input, ({ ReceiptHandle, VisibilityTimeout = 0 }) => {
          const message = withHandle(url, ReceiptHandle)
          if (message !== undefined) message.visibleAt = time.now() + VisibilityTimeout * 1_000
        })
      case 'ReceiveMessageCommand': {
        const until = time.now() + (input.WaitTimeSeconds ?? 0) * 1_000
        for (;;) {
          const Messages = receive(url, input.VisibilityTimeout ?? 30)
          if (Messages.length > 0 || time.now() >= until || !isAlive()) return { Messages }
          await time.wait(POLL_EVERY_MS)
        }
      }
      default:
        throw new Error(`the model knows no ${name}`)
    }
  }

  return {
    client: (isAlive) =>
      ({
        send: (command: { readonly input: Input }) => call(command.constructor.name, command.input, isAlive),
      }) as unknown as SQSClient,
    put: (queue, body) => store(queue, { Id: '0', MessageBody: body }),
    depth: (queue) => messagesOf(queue).length,
    bodies: (queue) => messagesOf(queue).map(({ body }) => body),
    calm() {
      trouble = 0
    },
  }
}
