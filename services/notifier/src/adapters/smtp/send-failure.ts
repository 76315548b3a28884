import type { SendOutcome } from '../../domain/ports.js'

/** What nodemailer says of a mail that was not taken. */
interface MailError {
  readonly code?: unknown
  readonly command?: unknown
  readonly responseCode?: unknown
}

/** Codes of nodemailer for a connection that could not be made, was lost, or fell silent (EABORT: our own time limit). */
const NO_ANSWER: ReadonlySet<unknown> = new Set([
  'EABORT',
  'EAUTH',
  'ECONNECTION',
  'EDNS',
  'ENOAUTH',
  'EOAUTH2',
  'EPROTOCOL',
  'EPROXY',
  'ESOCKET',
  'ETIMEDOUT',
  'ETLS',
])

/** The mail is larger than the server takes: a refusal of this mail even as an answer to MAIL FROM (RFC 1870). */
const TOO_LARGE = 552

/** The session was in the wrong state: says nothing about the mail. */
const BAD_SEQUENCE = 503

/** The server is closing the connection. */
const CLOSING = 421

/**
 * What a failed attempt means for its mail (RFC 5321 section 4.2.1). A refusal is final only where it is of this very
 * recipient or mail; a server that refuses our log-in or our sender is one that is not set up yet. Undefined for
 * anything else, which is a defect of ours.
 */
export function classifySendFailure(error: unknown): SendOutcome | undefined {
  if (!Error.isError(error)) return undefined
  const { code, command, responseCode } = error as MailError
  const reason = typeof responseCode === 'number' ? `smtp_${responseCode}` : `smtp_${nameOf(code)}`
  const isOfThisMail = command === 'RCPT TO' || command === 'DATA' || responseCode === TOO_LARGE
  if (typeof responseCode === 'number' && isOfThisMail && responseCode !== CLOSING) {
    return responseCode >= 500 && responseCode !== BAD_SEQUENCE
      ? { kind: 'refused', reason }
      : { kind: 'deferred', reason }
  }
  if (typeof responseCode === 'number' || NO_ANSWER.has(code)) return { kind: 'no_answer', reason }
  // nodemailer itself found that no server could take it.
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return { kind: 'refused', reason }
  return undefined
}

function nameOf(code: unknown): string {
  if (code === 'EABORT' || code === 'ETIMEDOUT') return 'timeout'
  return typeof code === 'string' ? code.toLowerCase() : 'failure'
}
