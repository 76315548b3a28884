import type { ReceivedMail } from '@comanda/e2e/embedded'
import type { Target } from '@comanda/e2e/targets'

const LOOK_EVERY_MS = 500

/** Looks at a mail server now and then and tells of every new mail, each once and in the order in which they came. */
export function followMails(
  target: Pick<Target, 'mails'>,
  onMail: (mail: ReceivedMail) => void,
): { caughtUp(): Promise<void>; stop(): Promise<void> } {
  let told = 0
  let looking = Promise.resolve()
  const look = () => (looking = looking.then(tell, tell))

  async function tell(): Promise<void> {
    const mails = await target.mails()
    for (const mail of mails.slice(told)) onMail(mail)
    told = Math.max(told, mails.length)
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
