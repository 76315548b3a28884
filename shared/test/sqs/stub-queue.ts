import { setTimeout as wait } from 'node:timers/promises'
import type {
  ChangeMessageVisibilityBatchCommandInput,
  DeleteMessageBatchCommandInput,
  Message,
  ReceiveMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs'

/** What a stub answers to one entry of a batch: carries it out, fails it with a code, or does not name it. */
export type EntryAnswer = 'ok' | 'missing' | { readonly code: string }

interface Stored {
  readonly id: string
  readonly body: string
  readonly groupId: string | undefined
  readonly attributes: Record<string, string>
  receiveCount: number
  visibleAt: number
  receiptHandle: string
}

/**
 * A queue behind a stubbed `send()`, as documented SQS behaves where the emulator does not: attributes only for those
 * who ask, several messages of a FIFO group in one receive, reordering, partial failures. Seconds of visibility and
 * long polls last `secondMs`.
 */
export class StubQueue {
  readonly calls: { name: string; input: object; at: number }[] = []
  readonly deleted: string[] = []
  /** Visibility changes that were carried out. */
  readonly changes: { id: string; seconds: number }[] = []
  /** Thrown by a call instead of an answer. */
  failCall: (name: string, input: object) => Error | undefined = () => undefined
  onDelete: (id: string) => EntryAnswer = () => 'ok'
  onChange: (id: string, seconds: number) => EntryAnswer = () => 'ok'
  /** Awaited before a receive is answered. */
  beforeReceive: () => Promise<void> = () => Promise.resolve()
  /** Order in which a receive sees the messages. */
  arrange: (messages: Stored[]) => Stored[] = (messages) => messages
  openReceives = 0
  #stored: Stored[] = []
  #sent = 0
  readonly #secondMs: number
  readonly #fifo: boolean

  constructor(options: { readonly secondMs?: number; readonly fifo?: boolean } = {}) {
    this.#secondMs = options.secondMs ?? 20
    this.#fifo = options.fifo ?? false
  }

  get client(): SQSClient {
    return {
      send: (command: { input: object; constructor: { name: string } }) => this.#send(command),
    } as never
  }

  get depth(): number {
    return this.#stored.length
  }

  add(body: string, options: { groupId?: string; attributes?: Record<string, string> } = {}): string {
    this.#sent += 1
    const id = `message-${this.#sent}`
    this.#stored.push({
      id,
      body,
      groupId: options.groupId,
      attributes: options.attributes ?? {},
      receiveCount: 0,
      visibleAt: 0,
      receiptHandle: '',
    })
    return id
  }

  count(name: string): number {
    return this.calls.filter((call) => call.name === name).length
  }

  async #send(command: { input: object; constructor: { name: string } }): Promise<object> {
    const name = command.constructor.name.replace('Command', '')
    this.calls.push({ name, input: command.input, at: performance.now() })
    await new Promise((resolve) => setImmediate(resolve))
    const error = this.failCall(name, command.input)
    if (error) throw error
    if (name === 'ReceiveMessage') return this.#receive(command.input as ReceiveMessageCommandInput)
    if (name === 'DeleteMessageBatch') return this.#delete(command.input as DeleteMessageBatchCommandInput)
    if (name === 'ChangeMessageVisibilityBatch')
      return this.#change(command.input as ChangeMessageVisibilityBatchCommandInput)
    throw new Error(`the stub has no ${name}`)
  }

  async #receive(input: ReceiveMessageCommandInput): Promise<object> {
    this.openReceives += 1
    try {
      const deadline = performance.now() + (input.WaitTimeSeconds ?? 0) * this.#secondMs
      for (;;) {
        await this.beforeReceive()
        const messages = this.#take(input)
        if (messages.length > 0) return { Messages: messages }
        if (performance.now() >= deadline) return {}
        await wait(1)
      }
    } finally {
      this.openReceives -= 1
    }
  }

  #take(input: ReceiveMessageCommandInput): Message[] {
    const now = performance.now()
    const visible = this.arrange(this.#stored.filter(({ visibleAt }) => visibleAt <= now))
    const blocked = new Set(
      this.#fifo
        ? this.#stored.filter(({ visibleAt }) => visibleAt > now).map(({ groupId }) => groupId)
        : undefined,
    )
    const taken = visible
      .filter(({ groupId }) => !blocked.has(groupId))
      .slice(0, input.MaxNumberOfMessages ?? 1)
    return taken.map((stored) => {
      stored.receiveCount += 1
      stored.visibleAt = now + (input.VisibilityTimeout ?? 30) * this.#secondMs
      stored.receiptHandle = `${stored.id}#${stored.receiveCount}`
      return messageOf(stored, input)
    })
  }

  #delete(input: DeleteMessageBatchCommandInput): object {
    return this.#answer(input.Entries ?? [], ({ id, stored }) => {
      const answer = this.onDelete(id)
      if (answer !== 'ok') return answer
      this.deleted.push(id)
      this.#stored = this.#stored.filter((one) => one !== stored)
      return 'ok'
    })
  }

  #change(input: ChangeMessageVisibilityBatchCommandInput): object {
    return this.#answer(input.Entries ?? [], ({ id, stored, entry }) => {
      const seconds = entry.VisibilityTimeout ?? 0
      const answer = this.onChange(id, seconds)
      if (answer !== 'ok') return answer
      if (stored === undefined) return { code: 'ReceiptHandleIsInvalid' }
      this.changes.push({ id, seconds })
      stored.visibleAt = performance.now() + seconds * this.#secondMs
      return 'ok'
    })
  }

  #answer<Entry extends { Id: string | undefined; ReceiptHandle: string | undefined }>(
    entries: readonly Entry[],
    carryOut: (one: { id: string; stored: Stored | undefined; entry: Entry }) => EntryAnswer,
  ): object {
    const Successful: object[] = []
    const Failed: object[] = []
    for (const entry of entries) {
      const id = (entry.ReceiptHandle ?? '').split('#')[0] ?? ''
      const stored = this.#stored.find(({ receiptHandle }) => receiptHandle === entry.ReceiptHandle)
      const answer = carryOut({ id, stored, entry })
      if (answer === 'ok') Successful.push({ Id: entry.Id })
      else if (answer !== 'missing') Failed.push({ Id: entry.Id, Code: answer.code, SenderFault: false })
    }
    return { Successful, Failed }
  }
}

function messageOf(stored: Stored, input: ReceiveMessageCommandInput): Message {
  const system: Record<string, string | undefined> = {
    ApproximateReceiveCount: String(stored.receiveCount),
    SentTimestamp: '1700000000000',
    ApproximateFirstReceiveTimestamp: '1700000060000',
    MessageGroupId: stored.groupId,
  }
  const asked = Object.entries(system).filter(
    ([name, value]) => value !== undefined && input.MessageSystemAttributeNames?.includes(name as never),
  )
  const all = input.MessageAttributeNames?.includes('All')
  return {
    MessageId: stored.id,
    Body: stored.body,
    ReceiptHandle: stored.receiptHandle,
    Attributes: Object.fromEntries(asked),
    ...(all
      ? {
          MessageAttributes: Object.fromEntries(
            Object.entries(stored.attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }
      : {}),
  }
}
