import type { OutgoingMessage } from './queue-sender.js'

const STRING_TYPE_BYTES = 'String'.length

/** Size of a message as SQS counts it: the body and every attribute's name, type and value. */
export function messageBytes({ body, attributes }: OutgoingMessage): number {
  let bytes = Buffer.byteLength(body)
  for (const name in attributes) {
    const value = attributes[name]
    if (value) bytes += Buffer.byteLength(name) + STRING_TYPE_BYTES + Buffer.byteLength(value)
  }
  return bytes
}
