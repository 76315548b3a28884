import { ALL_FAULTS } from '../faults/fault-names.js'
import type { LoadSettings } from '../load/load-settings.js'
import type { Figure } from '../run/chaos-run.js'
import { mixedTrouble } from '../run/mixed-trouble.js'
import { quarterMedian } from '../run/usage-watch.js'
import type { Usage, UsageSample } from '../run/usage-watch.js'
import { figure, told } from './scenario.js'
import type { Scenario } from './scenario.js'

const EVERY_MS = 60_000
const ORDERS_A_SECOND = 50
/** Almost only new orders, and some of everything that can happen to them. */
const SOAK_MIX: LoadSettings['mix'] = {
  create: 60,
  watch: 1,
  insist: 2,
  retry: 3,
  otherBody: 1,
  burst: 0.5,
  cancelAtOnce: 3,
  cancelLater: 3,
  ship: 3,
  deliver: 1,
  read: 6,
  foreignRead: 0.5,
  foreignCancel: 0.3,
  adjust: 1,
  poison: 0.1,
}
/** Operations of the mix for one new order. */
const OPERATIONS_AN_ORDER = 1.25
/** Only first replicas die, so that the second ones have the whole time to grow, if they do. */
const MORTAL_REPLICAS = 1
/** How much more the last quarter may take than the second. The first is left out: it fills caches and pools. */
const MOST_GROWTH = 1.1

/** Hours of load with a fault of any kind a minute. */
export const soak: Scenario = {
  what: 'a soak (60 minutes without --minutes) at 50 new orders a second with a random fault a minute',
  prepare({ seed, minutes = 60 }) {
    const durationMs = minutes * 60_000
    const trouble = mixedTrouble({
      seed,
      faults: ALL_FAULTS,
      durationMs,
      rate: ORDERS_A_SECOND * OPERATIONS_AN_ORDER,
      replicas: MORTAL_REPLICAS,
      everyMs: EVERY_MS,
      measure: ({ usage }, { tally }) =>
        Promise.resolve([
          told('orders accepted a second', (1_000 * tally.accepted) / durationMs, ''),
          ...growth(usage),
        ]),
    })
    return { trouble, load: { mix: SOAK_MIX } }
  },
}

/** What the processes that lived all the time took in the last quarter of it, against the second. */
function growth({ samples }: Usage): Figure[] {
  return Object.entries(samples)
    .filter(([name]) => !name.endsWith('-1'))
    .flatMap(([name, all]) => [grew(name, all, 'rssMiB', 'MiB'), grew(name, all, 'openFiles', 'open files')])
}

function grew(name: string, all: readonly UsageSample[], of: keyof UsageSample, unit: string): Figure {
  const [before, after] = [quarterMedian(all, 2, of), quarterMedian(all, 4, of)]
  return figure(
    `${name}: ${unit} in the last quarter, of the second’s ${before}`,
    after,
    '',
    'at most',
    Math.round(before * MOST_GROWTH),
  )
}
