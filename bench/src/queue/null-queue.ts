import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'

/** What a queue counted since its start, by action. */
export type QueueCounts = Readonly<Record<string, ActionCount>>
export interface ActionCount {
  readonly calls: number
  /** Messages in them, where the queue looks. */
  readonly entries?: number
  /** When the first call arrived, in ms since 1970, where the queue looks. */
  readonly firstAt?: number
}

interface SqsError {
  readonly type: string
  readonly message: string
}

/** Just enough of SQS's JSON 1.0 protocol to take messages, so that a service's own cost shows. Keeps nothing. */
export interface NullQueue {
  readonly server: Server
  readonly counts: QueueCounts
  /** Orders that came, by id; empty unless they are kept. */
  readonly ids: ReadonlySet<string>
}

/** `delayMs`: how long every answer takes, a stand-in for the round trip to the real queue (7 to 20 ms in a region). `keepIds`: for a ledger. */
export function createNullQueue(options: {
  readonly delayMs: number
  readonly keepIds?: boolean
}): NullQueue {
  const counts: Record<string, { calls: number; entries: number }> = {}
  const ids = new Set<string>()
  let messages = 0
  const take = (body: string) => {
    messages++
    if (options.keepIds) ids.add(/"subject":"([0-9a-f-]{36})"/.exec(body)?.[1] ?? '')
    return {
      MessageId: `00000000-0000-4000-8000-${String(messages).padStart(12, '0')}`,
      // The SDK compares it with what it sent.
      MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
    }
  }
  const actions: Record<string, (input: never) => readonly [entries: number, answer: unknown] | SqsError> = {
    SendMessage: (input: { MessageBody: string }) => [1, take(input.MessageBody)],
    SendMessageBatch: ({ Entries = [] }: { Entries?: { Id: string; MessageBody: string }[] }) => {
      if (Entries.length === 0) return refusal('EmptyBatchRequest', 'a batch has at least one entry')
      if (Entries.length > 10)
        return refusal('TooManyEntriesInBatchRequest', 'a batch has at most ten entries')
      if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
        return refusal('BatchEntryIdsNotDistinct', 'two entries have the same id')
      const Successful = Entries.map(({ Id, MessageBody }) => ({ Id, ...take(MessageBody) }))
      return [Entries.length, { Successful, Failed: [] }]
    },
  }
  const server = createServer((request, response) => {
    const reply = (status: number, answer: unknown) => {
      const body = JSON.stringify(answer)
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    }
    const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '')
    void read(request).then((text) => {
      const result =
        actions[action]?.(JSON.parse(text) as never) ??
        refusal('UnsupportedOperation', `the null queue only takes messages`)
      const entries = 'type' in result ? 0 : result[0]
      const count = (counts[action] ??= { calls: 0, entries: 0 })
      count.calls++
      count.entries += entries
      const answer = () =>
        'type' in result
          ? reply(400, { __type: result.type, message: result.message })
          : reply(200, result[1])
      if (options.delayMs === 0) answer()
      else setTimeout(answer, options.delayMs)
    })
  })
  // A pooled connection must outlive the pauses between two runs.
  server.keepAliveTimeout = 60_000
  return { server, counts, ids }
}

function refusal(name: string, message: string): SqsError {
  return { type: `com.amazonaws.sqs#${name}`, message }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
