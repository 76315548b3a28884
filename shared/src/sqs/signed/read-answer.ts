import type { Readable } from 'node:stream'
import { SqsCallError } from './sqs-call-error.js'

export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
}

/**
 * Reads the answer to an action; `endsAt` (of `performance.now()`) limits how long its body may take. Rejects with a
 * SqsCallError for every status but 200, and for a body that is cut off, late or no JSON object.
 */
export async function readAnswer<Answer extends object>(
  { statusCode, headers, body }: HttpAnswer,
  endsAt: number,
): Promise<Answer> {
  const text = await textOf(body, endsAt)
  if (statusCode !== 200) throw errorOf(statusCode, headers, text)
  const answer: unknown = JSON.parse(text)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    throw new SyntaxError('the answer of the queue is no JSON object')
  return answer as Answer
}

async function textOf(body: Readable, endsAt: number): Promise<string> {
  const timer = setTimeout(
    () =>
      body.destroy(
        Object.assign(new Error('the answer of the queue took too long'), { name: 'TimeoutError' }),
      ),
    Math.max(1, endsAt - performance.now()),
  )
  try {
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString()
  } finally {
    clearTimeout(timer)
  }
}

/** AWS JSON 1.0 names an error in `__type`, behind a namespace. Proxies on the way answer in words of their own. */
function errorOf(statusCode: number, headers: HttpAnswer['headers'], text: string): SqsCallError {
  const fields = fieldsOf(text)
  const type = fields['__type'] ?? fields['code'] ?? headers['x-amzn-errortype']
  const code = typeof type === 'string' ? type.split('#').at(-1)!.split(/[:,]/, 1)[0]! : 'UnknownError'
  const message = fields['message'] ?? fields['Message']
  return new SqsCallError(code, typeof message === 'string' ? message : `status ${statusCode}`, statusCode)
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(text)
    return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
