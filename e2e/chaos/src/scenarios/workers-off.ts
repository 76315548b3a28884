import { figure, timeUntil, told } from './scenario.js'
import type { Scenario } from './scenario.js'

const QUEUED = 60_000
const FILL_RATE = 2_000
const ARRIVALS = 50
/** Far below what `npm run bench` measures for the drain of two workers that have the machine to themselves. */
const LEAST_RATE = 300

/** The workers stand still until so many orders wait, then catch up while orders keep coming. */
export const workersOff: Scenario = {
  what: 'workers off, 60,000 queued, then drained with arrivals on',
  prepare: () => ({
    keepQueues: false,
    load: { mix: { insist: 1 }, orders: 'single', poisonFirst: false },
    // Messages that a stopped worker holds come back soon enough, and the receive count is not what is looked at.
    trouble: {
      asked: ['stop'],
      async run({ world, load, log, progress }) {
        const workers = world.services['order-worker']
        for (const worker of workers) {
          await worker.signal('SIGSTOP')
          log.fired('stop', { process: worker.name })
        }
        await load.ask({ do: 'load', ms: 1_200_000, rate: FILL_RATE, count: QUEUED })
        progress(`${QUEUED} orders wait`)
        const arrivals = load.ask({ do: 'load', ms: 1_200_000, rate: ARRIVALS })
        for (const worker of workers) await worker.signal('SIGCONT')
        const seconds = await timeUntil(world, ({ orders }) => orders < ARRIVALS, 900_000)
        load.halt()
        await arrivals
        return [
          figure('drained a second, arrivals on', QUEUED / seconds + ARRIVALS, '', 'at least', LEAST_RATE),
          told('empty after', seconds, ' s'),
        ]
      },
    },
  }),
}
