import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** A call of the AWS JSON 1.0 protocol as SQS speaks it. */
export interface SqsCall {
  /** `SendMessageBatch` and its like. */
  readonly operation: string
  readonly input: SqsInput
}
export interface SqsInput {
  readonly QueueUrl?: string
  readonly Entries?: readonly SqsEntry[]
  readonly [field: string]: unknown
}
export interface SqsEntry {
  readonly Id: string
  readonly MessageBody?: string
  readonly ReceiptHandle?: string
  readonly DelaySeconds?: number
  readonly VisibilityTimeout?: number
  readonly [field: string]: unknown
}

/** An answer: what the queue said, or an error of the protocol. */
export interface SqsAnswer {
  readonly status: number
  readonly output: SqsOutput
}
export interface SqsOutput {
  readonly Successful?: readonly { readonly Id: string }[]
  readonly Failed?: readonly { readonly Id: string }[]
  readonly Messages?: readonly unknown[]
  readonly [field: string]: unknown
}

/** Entries of a batch that the queue did not carry out, though it answered 200. */
export function failedEntry({ Id }: { readonly Id: string }): SqsFailedEntry {
  return { Id, Code: 'InternalError', Message: 'the chaos run failed this entry', SenderFault: false }
}
export interface SqsFailedEntry {
  readonly Id: string
  readonly Code: string
  readonly Message: string
  readonly SenderFault: boolean
}

export function sqsError(status: number, code: string): SqsAnswer {
  return { status, output: { __type: `com.amazonaws.sqs#${code}`, message: 'the chaos run says so' } }
}

export async function readCall(call: IncomingMessage): Promise<SqsCall> {
  const chunks: Buffer[] = []
  for await (const chunk of call) chunks.push(chunk as Buffer)
  const target = call.headers['x-amz-target']
  return {
    operation: typeof target === 'string' ? target.replace('AmazonSQS.', '') : '',
    input: JSON.parse(Buffer.concat(chunks).toString()) as SqsInput,
  }
}

export function writeAnswer(response: ServerResponse, { status, output }: SqsAnswer): void {
  if (response.destroyed) return
  const body = JSON.stringify(output)
  response
    .writeHead(status, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
    })
    .end(body)
}

/** Sends calls on to the real queue. A call whose caller has gone away is broken off, as a closed connection would be. */
export function createUpstream(endpoint: () => string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  return (
    { operation, input }: SqsCall,
    headers: IncomingHttpHeaders = {},
    signal?: AbortSignal,
  ): Promise<SqsAnswer> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input)
      const { hostname, port } = new URL(endpoint())
      const call = request(
        {
          agent,
          hostname,
          port,
          method: 'POST',
          path: '/',
          ...(signal === undefined ? {} : { signal }),
          headers: {
            ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': `AmazonSQS.${operation}`,
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', reject)
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString()
            resolve({
              status: response.statusCode ?? 500,
              output: (text === '' ? {} : JSON.parse(text)) as SqsOutput,
            })
          })
        },
      )
      call.once('error', reject)
      call.end(body)
    })
}
