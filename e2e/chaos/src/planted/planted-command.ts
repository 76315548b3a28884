import { UsageError } from '../options.js'
import { table } from '../run/report.js'
import { PLANTED_BUGS } from './planted-bugs.js'
import { runPlanted } from './planted-runs.js'

const AT_ONCE = 2

/** `npm run chaos -- --planted`: 0 when every bug is caught by what must catch it. Prints the table. */
export async function plantedCommand(
  names: readonly string[],
  seed: string,
  say: (text: string) => void,
): Promise<number> {
  const unknown = names.find((name) => !PLANTED_BUGS.some((bug) => bug.name === name))
  if (unknown !== undefined) throw new UsageError(`There is no planted bug "${unknown}".`)
  const bugs = names.length === 0 ? PLANTED_BUGS : PLANTED_BUGS.filter(({ name }) => names.includes(name))
  const results = await runPlanted(bugs, {
    seed,
    atOnce: AT_ONCE,
    told: ({ bug, caught, seconds }) => say(`${caught ? 'caught' : 'MISSED'}  ${bug.name} (${seconds} s)`),
  })
  const rows = bugs.map((bug) => {
    const { broken = {}, caught = false } = results.find((result) => result.bug === bug) ?? {}
    const all = Object.entries(broken).map(([invariant, count]) => `${invariant} × ${count}`)
    return [bug.name, bug.caughtBy.join(' or '), all.join(', ') || 'nothing', caught ? 'caught' : 'MISSED']
  })
  say(`\n${table([['bug', 'must break', 'broke', ''], ['---', '---', '---', '---'], ...rows])}`)
  const missed = results.filter(({ caught }) => !caught)
  say(`\n${results.length - missed.length} of ${bugs.length} planted bugs were caught`)
  return missed.length === 0 ? 0 : 1
}
