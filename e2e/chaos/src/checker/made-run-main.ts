import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkRun } from './check-run.js'
import { makeRun } from './made-history.js'

/**
 * `node made-run-main.js OPERATIONS`: checks a made history of that length and tells the memory that it took. Start it
 * with a small `--max-old-space-size` to see that the length does not matter.
 */
const OPERATIONS_AN_ORDER = 3
const orders = Math.ceil(Number(process.argv[2] ?? 10_000_000) / OPERATIONS_AN_ORDER)
const startedAt = performance.now()
let highest = 0
const timer = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage().rss)
}, 100)
const folder = await mkdtemp(join(tmpdir(), 'comanda-made-'))
try {
  const { findings, tally } = await checkRun(
    {
      ...spread(makeRun(orders)),
      orphans: [],
      snapshots: [],
      mailCauses: [],
      leaks: [],
      unbounded: [],
    },
    folder,
  )
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  process.stdout.write(
    `${JSON.stringify({ operations: tally.operations, accepted: tally.accepted, violations: findings.total, seconds, highestRssMiB: Math.round(highest / 2 ** 20) })}\n`,
  )
} finally {
  clearInterval(timer)
  await rm(folder, { recursive: true, force: true })
}

function spread({ operations, records, products }: ReturnType<typeof makeRun>) {
  return { operations, records: [records], products }
}
