import { describe, expect, it } from '@jest/globals'
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import type { Message, SQSClient, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { redrive } from '../src/sqs/index.js'

interface Queue {
  /** Messages in the dead-letter queue; received ones are hidden. */
  readonly dead: Map<string, Message>
  readonly hidden: Set<string>
  /** What arrived in the live queue, and with which calls. */
  readonly arrived: SendMessageBatchRequestEntry[]
  readonly sends: number[]
}

/** Two queues as SQS documents them: attributes only when asked for, results by entry. */
function setup(
  messages: readonly Message[],
  faults: {
    readonly send?: (entries: readonly SendMessageBatchRequestEntry[], call: number) => readonly string[]
    readonly remove?: (call: number) => readonly string[] | Error
    readonly emptyAnswers?: number
  } = {},
) {
  const queue: Queue = {
    dead: new Map(messages.map((message) => [message.MessageId ?? '', message])),
    hidden: new Set(),
    arrived: [],
    sends: [],
  }
  let empty = faults.emptyAnswers ?? 0
  let removals = 0
  const client = {
    send: async (command: unknown) => {
      if (command instanceof ReceiveMessageCommand) {
        if (empty > 0) {
          empty -= 1
          return {}
        }
        const { MaxNumberOfMessages = 1, MessageAttributeNames, MessageSystemAttributeNames } = command.input
        const visible = [...queue.dead.values()].filter(({ MessageId }) => !queue.hidden.has(MessageId ?? ''))
        const taken = visible.slice(0, MaxNumberOfMessages)
        for (const { MessageId } of taken) queue.hidden.add(MessageId ?? '')
        return {
          Messages: taken.map(({ MessageAttributes, Attributes, ...message }) => ({
            ...message,
            ...(MessageAttributeNames?.includes('All') ? { MessageAttributes } : {}),
            ...(MessageSystemAttributeNames?.includes('MessageGroupId') ? { Attributes } : {}),
          })),
        }
      }
      if (command instanceof SendMessageBatchCommand) {
        const entries = command.input.Entries ?? []
        queue.sends.push(entries.length)
        const failed = faults.send?.(entries, queue.sends.length) ?? []
        const ok = entries.filter(({ Id }) => !failed.includes(Id ?? ''))
        queue.arrived.push(...ok)
        return {
          Successful: ok.map(({ Id }) => ({ Id })),
          Failed: failed.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false })),
        }
      }
      if (command instanceof DeleteMessageBatchCommand) {
        removals += 1
        const failed = faults.remove?.(removals) ?? []
        if (failed instanceof Error) throw failed
        for (const { Id, ReceiptHandle } of command.input.Entries ?? [])
          if (!failed.includes(Id ?? '')) queue.dead.delete(ReceiptHandle ?? '')
        return { Failed: failed.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false })) }
      }
      throw new Error('a call that redrive has no use for')
    },
  } as unknown as SQSClient
  return { ...queue, client }
}

const message = (id: number, Body = `{"id":${id}}`): Message => ({
  MessageId: `m-${id}`,
  ReceiptHandle: `m-${id}`,
  Body,
  MessageAttributes: { traceparent: { DataType: 'String', StringValue: `trace-${id}` } },
  Attributes: { MessageGroupId: `group-${id % 3}` },
})
const messages = (count: number) => Array.from({ length: count }, (_, index) => message(index))
const LIVE = { from: 'https://sqs/dead', to: 'https://sqs/live', max: 1_000 }
const FIFO = { from: 'https://sqs/dead.fifo', to: 'https://sqs/live.fifo', max: 1_000 }

describe('redrive', () => {
  it('sends every message back as it was, in tens, and deletes it', async () => {
    const { client, dead, arrived, sends } = setup(messages(23))

    const result = await redrive({ client, ...LIVE })

    expect(result).toEqual({ moved: 23, failed: 0 })
    expect(sends).toEqual([10, 10, 3])
    expect(dead.size).toBe(0)
    expect(arrived[4]).toEqual({
      Id: '4',
      MessageBody: '{"id":4}',
      MessageAttributes: { traceparent: { DataType: 'String', StringValue: 'trace-4' } },
      MessageGroupId: 'group-1',
    })
  })

  it('gives messages of FIFO queues a deduplication id of their own', async () => {
    const { client, arrived } = setup(messages(1))

    await redrive({ client, ...FIFO })

    expect(arrived).toMatchObject([{ MessageGroupId: 'group-0', MessageDeduplicationId: 'redrive-m-0' }])
  })

  it('sends no more than it is asked for', async () => {
    const { client, dead } = setup(messages(23))

    const result = await redrive({ client, ...LIVE, max: 12 })

    expect(result).toEqual({ moved: 12, failed: 0 })
    expect(dead.size).toBe(11)
  })

  it('keeps what the queue did not confirm', async () => {
    const { client, dead, arrived } = setup(messages(10), { send: () => ['2', '7'] })

    const result = await redrive({ client, ...LIVE })

    expect(result).toEqual({ moved: 8, failed: 2 })
    expect([...dead.keys()]).toEqual(['m-2', 'm-7'])
    expect(arrived).toHaveLength(8)
  })

  it('gives up a queue that takes nothing, and keeps everything', async () => {
    const { client, dead, sends } = setup(messages(100), {
      send: () => {
        throw new Error('connect ECONNREFUSED')
      },
    })

    const result = await redrive({ client, ...LIVE })

    expect(result).toEqual({ moved: 0, failed: 30 })
    expect(sends).toHaveLength(3)
    expect(dead.size).toBe(100)
  })

  it('goes on after one failed call', async () => {
    const { client, dead } = setup(messages(25), {
      send: (_entries, call) => {
        if (call === 2) throw new Error('time-out')
        return []
      },
    })

    const result = await redrive({ client, ...LIVE })

    expect(result).toEqual({ moved: 15, failed: 10 })
    expect(dead.size).toBe(10)
  })

  it('tries a failed delete once more, and never counts a sent message as lost', async () => {
    const once = setup(messages(3), { remove: (call) => (call === 1 ? ['1'] : []) })
    const always = setup(messages(3), { remove: () => new Error('time-out') })

    const results = [await redrive({ ...once, ...LIVE }), await redrive({ ...always, ...LIVE })]

    expect(results).toEqual([
      { moved: 3, failed: 0 },
      { moved: 3, failed: 0 },
    ])
    expect(once.dead.size).toBe(0)
    expect(always.dead.size).toBe(3)
    expect(always.arrived).toHaveLength(3)
  })

  it('does not take one empty answer for the end', async () => {
    const { client, arrived } = setup(messages(2), { emptyAnswers: 1 })

    await redrive({ client, ...LIVE })

    expect(arrived).toHaveLength(2)
  })

  it('splits what is too large for one call', async () => {
    const large = (id: number) => message(id, 'x'.repeat(400 * 1024))
    const { client, sends, dead } = setup([large(0), large(1), large(2), message(3), large(4)])

    const result = await redrive({ client, ...LIVE })

    expect(result).toEqual({ moved: 5, failed: 0 })
    expect(sends).toEqual([2, 3])
    expect(dead.size).toBe(0)
  })

  it('stops between two batches when it is told to', async () => {
    const stop = new AbortController()
    const { client, dead } = setup(messages(25), {
      send: () => {
        stop.abort()
        return []
      },
    })

    const result = await redrive({ client, ...LIVE, signal: stop.signal })

    expect(result).toEqual({ moved: 10, failed: 0 })
    expect(dead.size).toBe(15)
  })
})
