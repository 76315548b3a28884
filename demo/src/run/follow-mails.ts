import type { ReceivedMail } from '@comanda/e2e/embedded'
import type { Target } from '@comanda/e2e/targets'

const LOOK_EVERY_MS = 500

/**
 * Looks at a mail server now and then and tells of every new mail, each once and in the order in which it is listed. A mail
 * is known by its object, not by its place: of two that came at once a server may list the later one first.
 */
export function followMails(
  target: Pick<Target, 'mails'>,
  onMail: (mail: ReceivedMail) => void,
): { caughtUp(): Promise<void>; stop(): Promise<void> } {
  const told = new Set<ReceivedMail>()
  let looking = Promise.resolve()
  const look = () => (looking = looking.then(tell, tell))

  async function tell(): Promise<void> {
    const mails = await target.mails()
    for (const mail of mails) {
      if (told.has(mail)) continue
      told.add(mail)
      onMail(mail)
    }
  }

  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS)
  return {
    caughtUp: () => look(),
    async stop() {
      clearInterval(timer)
      await looking.catch(() => undefined)
    },
  }
}
