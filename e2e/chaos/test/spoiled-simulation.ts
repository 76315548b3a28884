import { decideBatch } from '@comanda/order-worker/dist/src/domain/decide-batch.js'
import type { Decider } from '@comanda/order-worker/dist/src/domain/ports.js'
import { simulate } from '../src/simulation/simulate.js'

/** `node spoiled-simulation.js NAME SEEDS`: simulates a worker that decides wrongly and prints the invariants that broke. */
type Decision = ReturnType<Decider>
const SPOILED: Readonly<Record<string, (decision: Decision) => Decision>> = {
  'cancels that keep the stock': ({ results, changes }) => ({
    results,
    changes: { ...changes, movements: changes.movements.filter(({ kind }) => kind !== 'returned') },
  }),
  'moves that nobody is told of': ({ results, changes }) => ({
    results,
    changes: { ...changes, events: [] },
  }),
  'orders that take no stock': ({ results, changes }) => ({
    results,
    changes: { ...changes, movements: changes.movements.filter(({ kind }) => kind !== 'sold') },
  }),
}

const [name = '', seeds = '10'] = process.argv.slice(2)
const found = new Set<string>()
for (let seed = 1; seed <= Number(seeds); seed += 1) {
  const { findings } = await simulate(String(seed), (...asked) => SPOILED[name]!(decideBatch(...asked)))
  for (const broken of Object.keys(findings.counts)) found.add(broken)
}
process.stdout.write([...found].join(' '))
process.exit(0)
