import { setTimeout as delay } from 'node:timers/promises'
import { deadLetterFigure, figure, since, timeUntil, told } from './scenario.js'
import type { Scenario } from './scenario.js'

const RATE = 100
const AROUND_MS = 10_000

/** Postgres is killed and stays away, while orders keep coming. */
export const postgresAway: Scenario = {
  what: 'Postgres away (10 minutes without --minutes) under 100 orders a second',
  prepare: ({ minutes = 10 }) => ({
    keepQueues: false,
    load: { mix: { create: 1 }, orders: 'single', poisonFirst: false },
    trouble: {
      asked: ['postgres-kill'],
      async run({ world, load, log, progress }) {
        const awayMs = minutes * 60_000
        const { answers: before } = await load.ask({ do: 'load', ms: AROUND_MS, rate: RATE })
        const over = log.begun('postgres-kill', {})
        const giveBack = await world.takePostgresAway()
        progress('Postgres is away')
        const loaded = load.ask({ do: 'load', ms: awayMs + AROUND_MS, rate: RATE })
        await delay(awayMs)
        await giveBack()
        over()
        progress('Postgres is back')
        const gone = timeUntil(world, ({ orders }) => orders < RATE, 600_000)
        const { answers } = await loaded
        const seconds = await gone
        const { 202: accepted = 0, ...others } = since(before, answers)
        const all = Object.values(others).reduce((sum, count) => sum + count, accepted)
        return [
          figure('answered 202 while Postgres was away', accepted / all, '', 'at least', 0.999),
          told('orders accepted meanwhile', accepted, ''),
          figure('backlog gone after', seconds, ' s', 'at most', 120),
        ]
      },
      measure: ({ world }) => deadLetterFigure(world),
    },
  }),
}
