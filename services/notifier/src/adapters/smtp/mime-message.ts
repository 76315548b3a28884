import MimeNode from 'nodemailer/lib/mime-node'
import * as quotedPrintable from 'nodemailer/lib/qp'
import type { OutgoingMail } from '../../domain/outgoing-mail.js'

/** A mail as it travels: the SMTP envelope and the bytes of the message (RFC 5322, multipart/alternative). */
export interface MimeMessage {
  readonly envelope: { readonly from: string; readonly to: string[] }
  readonly bytes: Buffer
}

/**
 * Builds the message of a mail. nodemailer encodes the headers, which is the delicate part, and the bodies; its own
 * composer puts every part through several streams, which costs four times as much CPU as this (measured: 390 against
 * 80 microseconds a mail with twelve lines).
 */
export function mimeMessage(mail: OutgoingMail): MimeMessage {
  const node = new MimeNode('multipart/alternative', { baseBoundary: mail.eventId })
  node.setHeader([
    { key: 'From', value: mail.from },
    { key: 'To', value: mail.to },
    { key: 'Subject', value: mail.subject },
    { key: 'Message-ID', value: mail.messageId },
    // SES and some relays replace the Message-ID; this one survives.
    { key: 'X-Comanda-Event-Id', value: mail.eventId },
    { key: 'X-Comanda-Order-Id', value: mail.orderId },
    // RFC 3834: no holiday replies to a machine.
    { key: 'Auto-Submitted', value: 'auto-generated' },
    { key: 'Content-Language', value: mail.language },
  ])
  // Makes the boundary too.
  const headers = node.buildHeaders()
  const boundary = `--${node.boundary}`
  const text =
    `${headers}\r\n\r\n` +
    `${boundary}\r\n${part('text/plain', mail.text)}` +
    `${boundary}\r\n${part('text/html', mail.html)}` +
    `${boundary}--\r\n`
  return { envelope: { from: mail.from.address, to: [mail.to.address] }, bytes: Buffer.from(text) }
}

function part(type: string, content: string): string {
  // Line breaks of text are CRLF in MIME (RFC 2045 section 6.7).
  const body = quotedPrintable.wrap(quotedPrintable.encode(content.replace(/\r?\n/g, '\r\n')))
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}\r\n`
}
