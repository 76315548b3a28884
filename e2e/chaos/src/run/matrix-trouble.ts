import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceName } from '@comanda/e2e/targets'
import { POINTS } from '../faults/fault-names.js'
import type { FaultName, PointName } from '../faults/fault-names.js'
import { createRandom } from '../load/random.js'
import type { Stage, Trouble } from './chaos-run.js'

/** Points by the replica that is killed there: six replicas take turns at once, so that a service is never away for long. */
const LANES: readonly {
  readonly service: ServiceName
  readonly replica: number
  readonly points: readonly PointName[]
}[] = [
  { service: 'order-api', replica: 0, points: ['A1'] },
  { service: 'order-api', replica: 1, points: ['A2'] },
  { service: 'order-worker', replica: 0, points: ['W1', 'W2', 'W3'] },
  { service: 'order-worker', replica: 1, points: ['R1', 'R2'] },
  { service: 'notifier', replica: 0, points: ['N1', 'N2'] },
  { service: 'notifier', replica: 1, points: ['N3', 'N4'] },
]
/** A point that nothing reaches for so long is armed again, in case its process ended with it. */
const PATIENCE_MS = 8_000
const MOST_TRIES = 10

/** Kills at every point so many times, under load. */
export function matrixTrouble(options: {
  readonly seed: string
  readonly hits: number
  readonly rate: number
  readonly progress: (text: string) => void
}): Trouble {
  const { progress } = options
  return {
    asked: [...(Object.keys(POINTS) as PointName[]), 'W4', 'R3'],
    async run(stage) {
      const loaded = stage.load.ask({ do: 'load', ms: 24 * 3_600_000, rate: options.rate })
      // Whoever watches is told how far it is.
      const timer = setInterval(() => progress(textOf(stage.log.counts())), 15_000)
      try {
        await Promise.race([
          Promise.all([
            ...LANES.map((lane) => killAtPoints(stage, lane, options)),
            loseAnswers(stage, options),
          ]),
          loaded.then(() => Promise.reject(new Error('the load ended before the matrix'))),
        ])
      } finally {
        clearInterval(timer)
        stage.load.halt()
      }
      await loaded
      return undefined
    },
  }
}

async function killAtPoints(
  { world, log }: Stage,
  { service, replica, points }: (typeof LANES)[number],
  { seed, hits }: { readonly seed: string; readonly hits: number },
): Promise<void> {
  const process = world.services[service][replica]!
  const random = createRandom(`${seed} matrix ${service} ${replica}`)
  for (const name of points) {
    for (let hit = 1; hit <= hits; hit += 1) {
      const id = `${name}-${hit}`
      let tries = 0
      const hasFired = () => log.points().some((fired) => fired.id.startsWith(`${id}.`))
      while (!hasFired()) {
        if (++tries > MOST_TRIES) throw new Error(`nothing reached ${name}`)
        await process.ready()
        process.arm({
          id: `${id}.${tries}`,
          point: POINTS[name].point,
          hit: 1 + random.below(3),
          action: 'kill',
        })
        await until(hasFired, PATIENCE_MS)
      }
    }
  }
}

/** The two points that lie on the wire: the answer to a COMMIT that is lost, and half of a batch that fails. */
async function loseAnswers({ world, log }: Stage, { hits }: { readonly hits: number }): Promise<void> {
  for (let hit = 1; hit <= hits; hit += 1) {
    const before = log.counts()
    world.links.postgres.loseNextCommit(() => log.fired('W4', { id: `W4-${hit}` }))
    world.sqsProxy.failNextEvents(() => undefined)
    const bothHappened = () => {
      const now = log.counts()
      return now.W4 !== before.W4 && now.R3 !== before.R3
    }
    await until(bothHappened, 60_000)
    await delay(200)
  }
}

async function until(holds: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!holds() && performance.now() < deadline) await delay(50)
}

function textOf(counts: Readonly<Partial<Record<FaultName, number>>>): string {
  return Object.entries(counts)
    .filter(([name]) => /^[AWRN]\d$/.test(name))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
