import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../run/database.js'
import { readTally } from '../run/tally.js'
import type { Counts } from '../run/tally.js'
import type { Installation } from '../run/installation.js'
import { indent } from './indent.js'
import { mailText } from './mail-text.js'

const LOOK_EVERY_MS = 500
const NO_ORDERS: Counts = { confirmed: 0, cancelled: 0, rejected: {} }

/** Shows the counters of the user's own orders whenever they change, and every new mail, until `stop` aborts. */
export async function stayUp(
  run: {
    readonly target: Pick<Installation, 'mailSink' | 'restarts'>
    readonly database: Database
    readonly output: NodeJS.WriteStream
    readonly stop: AbortSignal
  },
  account: string,
): Promise<void> {
  const { target, database, output, stop } = run
  const seenMails = new WeakSet(target.mailSink.received)
  let restarts = target.restarts()
  // Orders of the user's own may have come while the replay ran.
  let shown = lineOf(NO_ORDERS)
  while (!stop.aborted) {
    for (const mail of target.mailSink.received.filter((received) => !seenMails.has(received))) {
      seenMails.add(mail)
      output.write(`\n${indent(await mailText(mail))}\n\n`)
    }
    if (target.restarts() > restarts) {
      restarts = target.restarts()
      output.write('A service ended by itself and was started again.\n')
    }
    // What cannot be read now (Postgres is away) leaves the view as it was.
    const tally = await readTally(database, account).catch(() => undefined)
    const line = tally === undefined ? shown : lineOf(tally.own)
    if (line !== shown) output.write(`${line}\n`)
    shown = line
    await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined)
  }
}

function lineOf({ confirmed, rejected, cancelled }: Counts): string {
  const reasons = Object.entries(rejected).map(([reason, orders]) => `${orders} rejected (${reason})`)
  return ['your orders: ' + `${confirmed} confirmed`, ...reasons, `${cancelled} cancelled`].join(', ')
}
