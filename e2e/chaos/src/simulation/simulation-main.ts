import { table } from '../run/report.js'
import { simulate } from './simulate.js'

/** `node simulation-main.js SEEDS [FIRST]`: simulates so many seeds and names those that break a promise. Exit 1 if any does. */
const [count = '1000', first = '1'] = process.argv.slice(2)
const startedAt = performance.now()
const sums = { seeds: 0, accepted: 0, recovered: 0, republished: 0, extraMails: 0, virtualMinutes: 0 }
const broken: string[] = []
for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  const { findings, tally, drained, virtualMs } = await simulate(String(seed))
  sums.seeds += 1
  sums.accepted += tally.accepted
  sums.recovered += tally.recovered
  sums.republished += tally.republished
  sums.extraMails += tally.extraMails
  sums.virtualMinutes += virtualMs / 60_000
  if (findings.total === 0 && drained) continue
  broken.push(String(seed))
  process.stdout.write(
    `seed ${seed}: ${drained ? '' : 'not drained; '}${JSON.stringify(findings.first, null, 1)}\n`,
  )
}
const rows = Object.entries(sums).map(([name, value]) => [name, Math.round(value)])
process.stdout.write(
  `${table(rows)}\n${broken.length === 0 ? 'no seed broke a promise' : `broken by the seeds ${broken.join(', ')}`}, ` +
    `${Math.round((performance.now() - startedAt) / 1_000)} s\n`,
)
process.exit(broken.length === 0 ? 0 : 1)
