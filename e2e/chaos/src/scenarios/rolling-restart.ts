import { setTimeout as delay } from 'node:timers/promises'
import { figure, since, told } from './scenario.js'
import type { Scenario } from './scenario.js'

const ROUNDS = 10
const RATE = 50

/** Every replica of every service is ended in order and comes back, ten times over. */
export const rollingRestart: Scenario = {
  what: 'rolling restart of every service × 10 under load',
  prepare: () => ({
    load: { mix: { insist: 10, read: 5, cancelLater: 1, ship: 1 }, poisonFirst: false },
    trouble: {
      asked: ['term'],
      async run({ world, load, log, progress }) {
        const { answers: before } = await load.ask({ do: 'load', ms: 3_000, rate: RATE })
        const loaded = load.ask({ do: 'load', ms: 3_600_000, rate: RATE })
        for (let round = 1; round <= ROUNDS; round += 1) {
          progress(`round ${round}`)
          for (const process of Object.values(world.services).flat()) {
            const { restarts } = process
            log.fired('term', { process: process.name })
            await process.signal('SIGTERM')
            while (process.restarts === restarts) await delay(50)
            await process.ready()
          }
        }
        load.halt()
        const { answers } = await loaded
        const { none = 0, ...answered } = since(before, answers)
        const failed = Object.entries(answered).filter(([status]) => status >= '500')
        return [
          figure(
            'requests answered 5xx',
            failed.reduce((sum, [, count]) => sum + count, 0),
            '',
            'exactly',
            0,
          ),
          told('connections that were retried', none, ''),
        ]
      },
      measure: (_stage, { tally }) =>
        Promise.resolve([
          figure('orders without an answer that are stored', tally.recovered, '', 'exactly', 0),
        ]),
    },
  }),
}
