import { ALL_FAULTS } from '../faults/fault-names.js'
import { mixedTrouble } from '../run/mixed-trouble.js'
import type { Scenario } from './scenario.js'

const RATE = 50
const EVERY_MS = 60_000
const REPLICAS = 2

/** Hours of load with a fault of any kind a minute. */
export const soak: Scenario = {
  what: 'a soak (60 minutes without --minutes) at 50 operations a second with a random fault a minute',
  prepare({ seed, minutes = 60 }) {
    const trouble = mixedTrouble({
      seed,
      faults: ALL_FAULTS,
      durationMs: minutes * 60_000,
      rate: RATE,
      replicas: REPLICAS,
      everyMs: EVERY_MS,
    })
    return { trouble }
  },
}
