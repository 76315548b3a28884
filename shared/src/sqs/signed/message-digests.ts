import { hash } from 'node:crypto'
import type { Message } from '@aws-sdk/client-sqs'
import type { BatchEntry, SuccessfulEntry } from '../batch-entries.js'

/**
 * Whether the digests that the queue gives are those of what was sent. SQS always names the body's; that of the
 * attributes is checked where it is there.
 */
export function digestsMatch(sent: BatchEntry, answered: SuccessfulEntry): boolean {
  if (answered.MD5OfMessageBody !== md5(sent.MessageBody ?? '')) return false
  const { MD5OfMessageAttributes: ofAttributes } = answered
  return !ofAttributes || ofAttributes === attributesDigest(sent)
}

/** Whether a received body is the one that the queue gives the digest of. */
export function bodyMatches({ Body = '', MD5OfBody }: Message): boolean {
  return MD5OfBody === md5(Body)
}

/**
 * MD5 over the attributes by name: name, type and value, each after its length in four bytes; 1 before the value means
 * a string. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function attributesDigest({ MessageAttributes = {} }: BatchEntry): string {
  const parts: Buffer[] = []
  for (const name of Object.keys(MessageAttributes).sort()) {
    const { DataType = '', StringValue = '' } = MessageAttributes[name] ?? {}
    parts.push(...measured(name), ...measured(DataType), STRING_VALUE, ...measured(StringValue))
  }
  return md5(Buffer.concat(parts))
}

const STRING_VALUE = Buffer.of(1)

function measured(text: string): [Buffer, Buffer] {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

function md5(data: string | Buffer): string {
  return hash('md5', data)
}
