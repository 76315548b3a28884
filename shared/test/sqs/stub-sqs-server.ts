import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'

export interface SeenCall {
  readonly headers: IncomingHttpHeaders
  readonly input: {
    readonly QueueUrl: string
    readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[]
  }
}

/** An HTTP server in the place of SQS. It answers each call as the next of `answers` says, and as a queue after them. */
export interface StubSqsServer {
  readonly url: string
  readonly calls: SeenCall[]
  readonly answers: ((call: SeenCall, response: ServerResponse) => void)[]
  stop(): Promise<void>
}

export async function startStubSqsServer(): Promise<StubSqsServer> {
  const calls: SeenCall[] = []
  const answers: StubSqsServer['answers'] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const call: SeenCall = { headers: request.headers, input: JSON.parse(body) as SeenCall['input'] }
      calls.push(call)
      const answer = answers.shift() ?? takeAll
      answer(call, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function takeAll({ input }: SeenCall, response: ServerResponse): void {
  json(response, 200, {
    Successful: input.Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: `message ${Id}`,
      MD5OfMessageBody: md5(MessageBody),
    })),
  })
}

export function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
  response.end(JSON.stringify(body))
}

export function md5(data: string): string {
  return createHash('md5').update(data).digest('hex')
}
