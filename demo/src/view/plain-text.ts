import type { ReceivedMail } from '@comanda/e2e/embedded'

/** The readable head and the text part of a mail. */
export function plainText({ raw }: ReceivedMail): string {
  const head = /^Subject: .*(?:\r\n[ \t].*)*/im.exec(raw)?.[0] ?? ''
  const to = /^To: .*/im.exec(raw)?.[0] ?? ''
  const part = /Content-Type: text\/plain[^]*?\r\n\r\n([^]*?)\r\n--/.exec(raw)?.[1] ?? ''
  return `${to}\n${head}\n\n${decodeQuotedPrintable(part).trim()}`
}

function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll('\r\n', '\n')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
