import type { SQSClient } from '@aws-sdk/client-sqs'
import { HttpRequest } from '@smithy/core/protocols'
import type { NodeHttpHandler } from '@smithy/node-http-handler'
import { correctClock } from './clock.js'
import { queueEndpointOf } from './queue-endpoint.js'
import type { QueueEndpoint } from './queue-endpoint.js'
import { readAnswer } from './read-answer.js'
import type { HttpAnswer } from './read-answer.js'
import { createPostSigner } from './sigv4.js'

/** Longest wait for the rest of an answer where the client's handler names none, in ms. */
const DEFAULT_TIMEOUT_MS = 3_000

/** One attempt of an action; `abortSignal` ends it with an AbortError. */
export type ActionCall<Answer> = (
  body: Buffer,
  settings?: { readonly abortSignal?: AbortSignal },
) => Promise<Answer>

/**
 * Makes a function that makes one attempt of an action of SQS by the AWS JSON 1.0 protocol, through the HTTP handler
 * of an SDK client. Credentials come from the client for each attempt: its provider keeps and renews them. What the
 * answer holds is for the caller to check. Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function createActionCall<Answer extends object>(
  client: Pick<SQSClient, 'config'>,
  queueUrl: string,
  action: string,
): ActionCall<Answer> {
  const { config } = client
  const sign = createPostSigner('sqs')
  let endpoint: QueueEndpoint | undefined
  let clockOffsetMs = 0

  return async (body, settings = {}) => {
    endpoint ??= await queueEndpointOf(client, queueUrl)
    const { protocol, hostname, port, path, host, region } = endpoint
    const credentials = await config.credentials()
    const headers = sign({
      credentials,
      region,
      path,
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
      },
      body,
      at: Date.now() + clockOffsetMs,
    })
    headers['content-length'] = String(body.length)

    const startedAt = performance.now()
    const handler = config.requestHandler as NodeHttpHandler
    const { response } = (await handler.handle(
      new HttpRequest({
        method: 'POST',
        protocol,
        hostname,
        ...(port === undefined ? {} : { port }),
        path,
        headers,
        body,
      }),
      settings,
    )) as { response: HttpAnswer }
    const { requestTimeout = DEFAULT_TIMEOUT_MS } = handler.httpHandlerConfigs()
    try {
      return await readAnswer<Answer>(response, startedAt + requestTimeout)
    } catch (error) {
      clockOffsetMs = correctClock(error, response.headers['date'], clockOffsetMs)
      throw error
    }
  }
}
