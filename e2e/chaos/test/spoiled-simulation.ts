import { decideBatch } from '@comanda/order-worker/dist/src/domain/decide-batch.js'
import type { Decider } from '@comanda/order-worker/dist/src/domain/ports.js'
import { decidePatiently } from '../src/simulation/memory-orders.js'
import { simulate } from '../src/simulation/simulate.js'

/** `node spoiled-simulation.js NAME SEEDS`: simulates a worker that decides wrongly and prints the invariants that broke. */
type Changes = ReturnType<Decider>['changes']
const spoil =
  (change: (changes: Changes) => Partial<Changes>): Decider =>
  (...asked) => {
    const { results, changes } = decidePatiently(...asked)
    return { results, changes: { ...changes, ...change(changes) } }
  }
const SPOILED: Readonly<Record<string, Decider>> = {
  'cancels that keep the stock': spoil(({ movements }) => ({
    movements: movements.filter(({ kind }) => kind !== 'returned'),
  })),
  'moves that nobody is told of': spoil(() => ({ events: [] })),
  'orders that take no stock': spoil(({ movements }) => ({
    movements: movements.filter(({ kind }) => kind !== 'sold'),
  })),
  'stock changes that wait for nothing': (batch, world, at) => decideBatch(batch, world, at),
}

const [name = '', seeds = '10'] = process.argv.slice(2)
const found = new Set<string>()
for (let seed = 1; seed <= Number(seeds); seed += 1) {
  const { findings } = await simulate(String(seed), SPOILED[name])
  for (const broken of Object.keys(findings.counts)) found.add(broken)
}
process.stdout.write([...found].join(' '))
process.exit(0)
