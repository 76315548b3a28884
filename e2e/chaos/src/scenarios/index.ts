import { oneSku } from './one-sku.js'
import { poison } from './poison.js'
import { postgresAway } from './postgres-away.js'
import { rollingRestart } from './rolling-restart.js'
import type { Scenario } from './scenario.js'
import { smtpTrouble } from './smtp-trouble.js'
import { soak } from './soak.js'
import { workersOff } from './workers-off.js'

/** Every scenario by its name on the command line. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'postgres-away': postgresAway,
  'one-sku': oneSku,
  'workers-off': workersOff,
  poison,
  'rolling-restart': rollingRestart,
  'smtp-trouble': smtpTrouble,
  soak,
}
