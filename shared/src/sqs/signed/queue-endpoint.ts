import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { getEndpointFromInstructions } from '@smithy/core/endpoints'

/** Where calls go to, and for which region they are signed. */
export interface QueueEndpoint {
  readonly protocol: string
  readonly hostname: string
  readonly port: number | undefined
  /** Host as the request names it. */
  readonly host: string
  readonly path: string
  readonly region: string
}

/** Finds where an SDK client would send a batch: by its settings, the environment and the rules of AWS. */
export async function queueEndpointOf(
  { config }: Pick<SQSClient, 'config'>,
  queueUrl: string,
): Promise<QueueEndpoint> {
  const input = { QueueUrl: queueUrl, Entries: [] }
  const { url } = await getEndpointFromInstructions(input, SendMessageBatchCommand, { ...config })
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    host: url.host,
    path: url.pathname,
    region: await config.region(),
  }
}
