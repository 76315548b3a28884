import { linesOf } from './partitions.js'
import type { CheckRecord, Mail } from './records.js'

/** A mail as the sink wrote it down: to whom, the raw message, and when in ms. */
interface KeptMail {
  readonly to: readonly string[]
  readonly raw: string
  readonly receivedAt: number
}

/** Reads the raw messages that the mail sink took. Their headers are read here, by RFC 5322, and by nothing else. */
export async function* readMails(path: string): AsyncGenerator<CheckRecord> {
  for await (const line of linesOf(path)) yield mailOf(JSON.parse(line) as KeptMail)
}

function mailOf({ to, raw, receivedAt }: KeptMail): Mail {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  // A line that begins with a blank continues the one before it.
  const headers = new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
  )
  return {
    kind: 'mail',
    id: headers.get('x-comanda-order-id') ?? '',
    event: headers.get('x-comanda-event-id') ?? '',
    messageId: headers.get('message-id') ?? '',
    to: to.join(','),
    at: receivedAt,
  }
}
