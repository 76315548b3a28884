import { decisionQuantile, figure, told } from './scenario.js'
import type { Scenario } from './scenario.js'

const GOOD = 10_000
const POISON = 1_000
const RATE = 150

/** The same load twice, the second time with what nobody can read in between. */
export const poison: Scenario = {
  what: '1,000 poison messages among 10,000 good ones',
  prepare: () => ({
    keepQueues: false,
    load: { orders: 'single', poison: ['broken', 'invalid'], poisonFirst: false },
    trouble: {
      asked: [],
      async run({ world, load, progress }) {
        const quietFrom = new Date()
        await load.ask({ do: 'load', ms: 600_000, rate: RATE, count: GOOD, mix: { insist: 1 } })
        const quiet = await decisionQuantile(world, 0.99, quietFrom)
        progress('now with poison')
        const from = new Date()
        const mix = { insist: GOOD, poison: POISON }
        await load.ask({
          do: 'load',
          ms: 600_000,
          rate: RATE * ((GOOD + POISON) / GOOD),
          count: GOOD + POISON,
          mix,
        })
        const poisoned = await decisionQuantile(world, 0.99, from)
        return [
          told('quiet: accepted to decided, p99', quiet, ' ms'),
          figure('with poison, of that', poisoned / quiet, ' ×', 'at most', 2),
        ]
      },
    },
  }),
}
