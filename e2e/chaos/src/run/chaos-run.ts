import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckResult } from '../checker/check-run.js'
import { verdictOf } from '../checker/verdict.js'
import type { Verdict } from '../checker/verdict.js'
import { createFaultLog } from '../faults/fault-log.js'
import type { FaultLog } from '../faults/fault-log.js'
import type { FaultName } from '../faults/fault-names.js'
import { CATALOG } from '../load/catalog.js'
import { MIX, POISON_KINDS } from '../load/load-settings.js'
import type { LoadAnswer, LoadCaller, LoadSettings } from '../load/load-settings.js'
import type { ChaosWorld } from '../world/chaos-world.js'
import type { World } from '../world/world.js'
import { issueCallers } from './callers.js'
import { drain } from './drain.js'
import { judge } from './judge.js'
import { startLoad } from './load-process.js'
import type { LoadProcess } from './load-process.js'
import { takeSnapshots } from './snapshots.js'
import { watchUsage } from './usage-watch.js'
import type { Usage } from './usage-watch.js'

/** What happens between the seeding and the healing: load, and what goes wrong meanwhile. */
export interface Trouble<Installation extends ChaosWorld = World> {
  /** Faults that must have happened at least once, else the run proves nothing. */
  readonly asked: readonly FaultName[]
  /** Resolves with what was measured meanwhile, where something was to be measured. */
  run(stage: Stage<Installation>): Promise<readonly Figure[] | undefined>
  /** Looks once more when all is over. */
  measure?(over: Over<Installation>, check: CheckResult): Promise<readonly Figure[]>
}

/** Something measured, and the bound that it has to hold. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly hold: string
  readonly holds: boolean
}
export interface Over<Installation extends ChaosWorld = World> {
  readonly world: Installation
  readonly usage: Usage
}
export interface Stage<Installation extends ChaosWorld = World> {
  readonly world: Installation
  readonly load: LoadProcess
  readonly log: FaultLog
  readonly progress: (text: string) => void
}

/** What a run has before its installation. */
export interface Ground {
  /** Everything that is seen is kept in it. */
  readonly folder: string
  readonly log: FaultLog
  readonly progress: (text: string) => void
}

export interface ChaosRunOptions<Installation extends ChaosWorld = World> {
  readonly seed: string
  readonly start: (ground: Ground) => Promise<Installation>
  readonly trouble: Trouble<Installation>
  /** How long a drain may go on without becoming less. */
  readonly drainPatienceMs: number
  /** Keeps the folder with everything that was seen. */
  readonly keep?: boolean
  /** Keeps it only when the run is not valid. */
  readonly keepUnlessValid?: boolean
  readonly load?: Partial<Pick<LoadSettings, 'catalog' | 'mix' | 'orders' | 'poison' | 'poisonFirst'>> & {
    readonly callers?: (caller: LoadCaller) => boolean
  }
  readonly progress: (phase: string) => void
}

export interface ChaosResult {
  readonly target: ChaosWorld['name']
  readonly seed: string
  readonly verdict: Verdict
  readonly why: readonly string[]
  readonly check: CheckResult
  readonly faults: Readonly<Partial<Record<FaultName, number>>>
  readonly answers: LoadAnswer['answers']
  readonly figures: readonly Figure[]
  readonly snapshots: number
  readonly restarts: number
  readonly usage: Usage
  readonly seconds: number
  readonly folder: string
}

/** One run through all phases: seed, load under faults with snapshot reads, heal, drain, last reads, verdict. */
export async function chaosRun<Installation extends ChaosWorld>(
  options: ChaosRunOptions<Installation>,
): Promise<ChaosResult> {
  const startedAt = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'comanda-chaos-'))
  await chmod(folder, 0o711)
  const log = createFaultLog(join(folder, 'faults.jsonl'), join(folder, 'fired.jsonl'))
  const world = await options.start({ folder, log, progress: options.progress })
  let load: LoadProcess | undefined
  // A run that is not valid keeps what it saw: the same seed need not show it again.
  let isWorthKeeping = options.keep === true || options.keepUnlessValid === true
  try {
    const historyFile = join(folder, 'history.jsonl')
    load = await startLoad(folder, {
      seed: options.seed,
      apiUrls: world.apiUrls,
      sqsEndpoint: world.queues.endpoint,
      ordersQueue: world.queues.orders,
      eventsQueue: world.queues.events,
      historyFile,
      callers: (await issueCallers(world)).filter(options.load?.callers ?? (() => true)),
      catalog: options.load?.catalog ?? CATALOG,
      mix: options.load?.mix ?? MIX,
      orders: options.load?.orders ?? 'mixed',
      poison: options.load?.poison ?? POISON_KINDS,
      poisonFirst: options.load?.poisonFirst ?? true,
    })
    options.progress('seed')
    await load.ask({ do: 'seed' })

    options.progress('load under faults')
    const snapshots = takeSnapshots(world.databaseUrl)
    const usageWatch = watchUsage(world)
    const figures: Figure[] = []
    const brokeOff = await options.trouble.run({ world, load, log, progress: options.progress }).then(
      (measured) => void figures.push(...(measured ?? [])),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    const { taken, findings } = await snapshots.stop()

    options.progress('heal')
    await heal(world)
    options.progress('drain')
    const drained = await drain(world, options.drainPatienceMs)
    const usage = usageWatch.stop()

    options.progress('last reads')
    // One that has ended leaves the run unknown, not untold.
    const { answers } = await load.ask({ do: 'read-all' }).catch(() => ({ answers: {} }))
    await load.stop()
    options.progress('check')
    const check = await judge(world, { historyFile, snapshots: findings, unbounded: usage.unbounded, log })
    figures.push(...((await options.trouble.measure?.({ world, usage }, check)) ?? []))
    const faults = log.counts()
    const cause = brokeOff ?? load.died
    const { verdict, why } = verdictOf(check, {
      drained,
      notHeld: figures.filter(({ holds }) => !holds).map(({ name }) => name),
      neverFired: options.trouble.asked.filter((fault) => faults[fault] === undefined),
      ...(cause === undefined ? {} : { brokeOff: cause }),
    })
    if (verdict === 'valid') isWorthKeeping = options.keep === true
    return {
      target: world.name,
      seed: options.seed,
      verdict,
      why,
      check,
      faults,
      answers,
      figures,
      snapshots: taken,
      restarts: Object.values(world.services)
        .flat()
        .reduce((sum, { restarts }) => sum + restarts, 0),
      usage,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      folder,
    }
  } finally {
    await load?.stop()
    await world.stop()
    if (!isWorthKeeping) await rm(folder, { recursive: true, force: true })
  }
}

/** Ends every fault and waits until every replica is ready again. */
async function heal(world: ChaosWorld): Promise<void> {
  await world.calm()
  for (const replica of Object.values(world.services).flat()) {
    await replica.signal('SIGCONT')
    await replica.ready()
  }
}
