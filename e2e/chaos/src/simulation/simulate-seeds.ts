import { table } from '../run/report.js'
import { simulate } from './simulate.js'

/**
 * Simulates `count` seeds: `first`, and if that is a number those after it, else it numbered. Names each seed that breaks
 * a promise. 0 if none does.
 */
export async function simulateSeeds(
  count: number,
  first: string,
  say: (text: string) => void,
): Promise<number> {
  const startedAt = performance.now()
  const sums = { seeds: 0, accepted: 0, recovered: 0, republished: 0, extraMails: 0, virtualMinutes: 0 }
  const broken: string[] = []
  for (let index = 0; index < count; index += 1) {
    const seed = Number.isInteger(Number(first)) ? String(Number(first) + index) : `${first}-${index + 1}`
    const { findings, tally, drained, virtualMs } = await simulate(seed)
    sums.seeds += 1
    sums.accepted += tally.accepted
    sums.recovered += tally.recovered
    sums.republished += tally.republished
    sums.extraMails += tally.extraMails
    sums.virtualMinutes += virtualMs / 60_000
    if (findings.total === 0 && drained) continue
    broken.push(seed)
    say(`seed ${seed}: ${drained ? '' : 'not drained; '}${JSON.stringify(findings.first, null, 1)}`)
  }
  say(table(Object.entries(sums).map(([name, value]) => [name, Math.round(value)])))
  say(
    `${broken.length === 0 ? 'no seed broke a promise' : `broken by ${broken.join(', ')}`}, ` +
      `${Math.round((performance.now() - startedAt) / 1_000)} s`,
  )
  return broken.length === 0 ? 0 : 1
}
