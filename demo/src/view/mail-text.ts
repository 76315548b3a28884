import { simpleParser } from 'mailparser'
import type { ReceivedMail } from '@comanda/e2e/embedded'

const MOST_LINES = 30

/** The readable head and the text part of a mail, cut where it is long. */
export async function mailText({ raw, to }: ReceivedMail): Promise<string> {
  const { subject = '', text = '' } = await simpleParser(raw)
  const lines = text.trim().split('\n')
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '...'] : lines
  return [`To: ${to.join(', ')}`, `Subject: ${subject}`, '', ...shown].join('\n')
}
