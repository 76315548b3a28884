import { z } from 'zod'
import type { ReceivedMail } from '../embedded/mail-sink.js'

const PAGE = 500
/** Mails read at once. */
const AT_ONCE = 20

const Message = z.object({
  ID: z.string(),
  Created: z.iso.datetime(),
  To: z.array(z.object({ Address: z.string() })),
})
type Message = z.infer<typeof Message>
const Messages = z.object({ messages: z.array(Message) })

/** Mails by their id: what was read once is not read again, since a sink never changes a mail. */
const read = new Map<string, ReceivedMail>()

/** Every mail that a Mailpit holds, oldest first, each the same object whenever it is read. Source: https://mailpit.axllent.org/docs/api-v1/ */
export async function readMailpit(url: string): Promise<readonly ReceivedMail[]> {
  const listed = [...(await listMailpit(url)).values()]
  const mails: ReceivedMail[] = []
  for (let at = 0; at < listed.length; at += AT_ONCE)
    mails.push(
      ...(await Promise.all(listed.slice(at, at + AT_ONCE).map((message) => readMail(url, message)))),
    )
  return mails.reverse()
}

/** By id: pages go from the newest mail back, so one that comes in between moves the others, and the next page repeats some. */
async function listMailpit(url: string): Promise<ReadonlyMap<string, Message>> {
  const listed = new Map<string, Message>()
  for (let start = 0; ; start += PAGE) {
    const answer = await fetch(`${url}/api/v1/messages?limit=${PAGE}&start=${start}`)
    const { messages } = Messages.parse(await answer.json())
    for (const message of messages) listed.set(message.ID, message)
    if (messages.length < PAGE) return listed
  }
}

async function readMail(url: string, { ID, Created, To }: Message): Promise<ReceivedMail> {
  const key = `${url} ${ID}`
  const known = read.get(key)
  if (known !== undefined) return known
  const raw = await (await fetch(`${url}/api/v1/message/${ID}/raw`)).text()
  const mail = { to: To.map(({ Address }) => Address), raw, receivedAt: Date.parse(Created) }
  read.set(key, mail)
  return mail
}

/**
 * What a Mailpit answers to every recipient from now on, in its own words; 250 takes mails again. It must have been
 * started with MP_ENABLE_CHAOS. Source: https://mailpit.axllent.org/docs/integration/chaos/
 */
export async function answerMailpit(url: string, code: number): Promise<void> {
  const triggers = code === 250 ? {} : { Recipient: { ErrorCode: code, Probability: 100 } }
  const { status } = await fetch(`${url}/api/v1/chaos`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(triggers),
  })
  if (status !== 200) throw new Error(`Mailpit answered ${status}`)
}
