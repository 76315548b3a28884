import { z } from 'zod'
import type { ReceivedMail } from '../embedded/mail-sink.js'

const PAGE = 500

const Messages = z.object({
  messages_count: z.number(),
  messages: z.array(
    z.object({ ID: z.string(), Created: z.iso.datetime(), To: z.array(z.object({ Address: z.string() })) }),
  ),
})

/** Mails by their id: what was read once is not read again, since a sink never changes a mail. */
const read = new Map<string, ReceivedMail>()

/** Every mail that a Mailpit holds, in the order in which they came. Source: https://mailpit.axllent.org/docs/api-v1/ */
export async function readMailpit(url: string): Promise<readonly ReceivedMail[]> {
  const mails: ReceivedMail[] = []
  for (let start = 0; ; start += PAGE) {
    const page = Messages.parse(
      await (await fetch(`${url}/api/v1/messages?limit=${PAGE}&start=${start}`)).json(),
    )
    for (const { ID, Created, To } of page.messages) {
      const key = `${url} ${ID}`
      let mail = read.get(key)
      if (mail === undefined) {
        const raw = await (await fetch(`${url}/api/v1/message/${ID}/raw`)).text()
        mail = { to: To.map(({ Address }) => Address), raw, receivedAt: Date.parse(Created) }
        read.set(key, mail)
      }
      mails.push(mail)
    }
    if (page.messages.length < PAGE) return mails.reverse()
  }
}
