import { writeFile } from 'node:fs/promises'
import { isReplicaFault } from './faults/target-faults.js'
import { plantedCommand } from './planted/planted-command.js'
import { USAGE, UsageError, readOptions } from './options.js'
import type { ChaosOptions } from './options.js'
import { chaosRun } from './run/chaos-run.js'
import type { ChaosResult } from './run/chaos-run.js'
import { matrixTrouble } from './run/matrix-trouble.js'
import { mixedTrouble } from './run/mixed-trouble.js'
import { processRun } from './run/process-run.js'
import { replicaTrouble } from './run/replica-trouble.js'
import { commit, machine, reportOf } from './run/report.js'
import { SCENARIOS } from './scenarios/index.js'
import type { Scenario } from './scenarios/scenario.js'
import { simulateSeeds } from './simulation/simulate-seeds.js'
import type { ChaosWorld } from './world/chaos-world.js'
import { startClusterWorld } from './world/cluster-world.js'
import { startComposeWorld } from './world/compose-world.js'

const DRAIN_PATIENCE_MS = 180_000
const START = { compose: startComposeWorld, cluster: startClusterWorld }

/** `npm run chaos`: exit 0 for `valid`, 1 for anything else, 2 for wrong use. */
async function main(): Promise<number> {
  try {
    return await carryOut(readOptions(process.argv.slice(2)))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n\n${USAGE}\n`)
    return 2
  }
}

async function carryOut(options: ChaosOptions): Promise<number> {
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  say(`seed ${options.seed} · commit ${commit()}`)
  if (options.planted !== undefined) return plantedCommand(options.planted, options.seed, say)
  if (options.simulate !== undefined) return simulateSeeds(options.simulate, options.seed, say)
  const result = await run(options, say)
  say(`\n${reportOf(result)}`)
  if (result.verdict !== 'valid' || options.keep) say(`what was seen is kept in ${result.folder}`)
  if (options.report !== undefined)
    await writeFile(options.report, `${JSON.stringify(summaryOf(result), null, 2)}\n`)
  return result.verdict === 'valid' ? 0 : 1
}

function run(options: ChaosOptions, say: (text: string) => void): Promise<ChaosResult> {
  const { target, seed, matrix, replicas, rate, faults, keep } = options
  const { minutes = 1 } = options
  const startedAt = performance.now()
  const progress = (text: string) =>
    say(`${String(Math.round((performance.now() - startedAt) / 1_000)).padStart(5)} s  ${text}`)
  const common = { seed, replicas, keep, keepUnlessValid: true, progress, drainPatienceMs: DRAIN_PATIENCE_MS }
  const durationMs = minutes * 60_000
  if (target !== 'process') {
    const trouble = replicaTrouble({
      seed,
      faults: faults.filter(isReplicaFault),
      durationMs,
      rate,
      replicas,
    })
    return chaosRun<ChaosWorld>({ ...common, trouble, start: START[target] })
  }
  if (options.scenario !== undefined) {
    const { prepare } = scenarioOf(options.scenario)
    return processRun({
      ...common,
      ...prepare({ seed, ...(options.minutes === undefined ? {} : { minutes: options.minutes }) }),
    })
  }
  const trouble =
    matrix === undefined
      ? mixedTrouble({ seed, faults, durationMs, rate, replicas })
      : matrixTrouble({ seed, hits: matrix, rate, progress })
  return processRun({ ...common, trouble })
}

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS[name]
  if (scenario === undefined)
    throw new UsageError(`There is no scenario "${name}"; there are ${Object.keys(SCENARIOS).join(', ')}.`)
  return scenario
}

function summaryOf(result: ChaosResult) {
  const { check, folder: _, ...rest } = result
  const { visibility, ...tally } = check.tally
  return {
    commit: commit(),
    machine: machine(),
    ...rest,
    tally,
    eventsSeen: check.eventsSeen,
    visibilityMs: { p50: visibility.at(0.5), p99: visibility.at(0.99), max: visibility.at(1) },
    violations: { total: check.findings.total, counts: check.findings.counts, first: check.findings.first },
  }
}

process.exitCode = await main()
