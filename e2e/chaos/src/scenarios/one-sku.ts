import { figure, told } from './scenario.js'
import { ONE_STORE } from './scenario.js'
import type { Scenario } from './scenario.js'

const STOCK = 1_000
const BUYERS = 10_000

/** Everybody wants the same thing at once, and there is a tenth of it. */
export const oneSku: Scenario = {
  what: 'one SKU, stock 1,000, 10,000 buyers at once',
  prepare: () => ({
    keepQueues: false,
    load: {
      mix: { insist: 1 },
      orders: 'single',
      poisonFirst: false,
      catalog: [{ sku: 'ONLY', price: '9.99', stock: STOCK }],
      callers: ONE_STORE,
    },
    trouble: {
      asked: [],
      async run({ load }) {
        const startedAt = performance.now()
        await load.ask({ do: 'load', ms: 600_000, rate: 100_000, count: BUYERS })
        return [told('orders accepted a second', BUYERS / ((performance.now() - startedAt) / 1_000), '')]
      },
      measure: (_stage, { tally }) =>
        Promise.resolve([
          figure('confirmed', tally.outcomes['confirmed'] ?? 0, '', 'exactly', STOCK),
          figure(
            'rejected: out_of_stock',
            tally.outcomes['rejected: out_of_stock'] ?? 0,
            '',
            'exactly',
            BUYERS - STOCK,
          ),
        ]),
    },
  }),
}
