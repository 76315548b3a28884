import { setTimeout as delay } from 'node:timers/promises'
import { ask, decisionQuantile, figure, told } from './scenario.js'
import type { Scenario } from './scenario.js'

const RATE = 30
const PHASE_MS = 15_000

/** The mail server hangs, then refuses for now, then refuses some for good. */
export const smtpTrouble: Scenario = {
  what: 'SMTP hangs, then answers 4xx, 5xx',
  prepare: () => ({
    load: { mix: { insist: 1 }, orders: 'single', poisonFirst: false },
    trouble: {
      // A server that takes a mail and never says so gets it again.
      asked: ['half-open'],
      async run({ world, load, log, progress }) {
        const { mailSink } = world
        const from = new Date()
        const loaded = load.ask({ do: 'load', ms: 4 * PHASE_MS, rate: RATE })
        progress('hangs')
        const over = log.begun('half-open', { link: 'smtp' })
        mailSink.answer = () => 'hang'
        await delay(PHASE_MS)
        over()
        progress('answers 451')
        mailSink.answer = () => ({ code: 451, text: 'try again later' })
        await delay(PHASE_MS)
        progress('answers 550 to every fifth')
        mailSink.answer = ({ to }) =>
          /[05]@/.test(to[0] ?? '') ? { code: 550, text: 'no such user' } : { code: 250 }
        await delay(2 * PHASE_MS)
        await loaded
        return [
          figure(
            'accepted to decided, p99',
            await decisionQuantile(world, 0.99, from),
            ' ms',
            'at most',
            1_000,
          ),
        ]
      },
      async measure({ world }) {
        const count = (where: string) => ask(world, `select count(*) from deliveries where ${where}`)
        return [
          told('sent', await count(`status = 'sent'`), ''),
          told('put off', await count(`status = 'pending'`), ''),
          figure('dead', await count(`status = 'dead'`), '', 'at least', 1),
          figure(
            'dead without a reason',
            await count(`status = 'dead' and last_error is null`),
            '',
            'exactly',
            0,
          ),
        ]
      },
    },
  }),
}
