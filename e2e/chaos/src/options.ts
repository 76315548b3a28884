import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ALL_FAULTS } from './faults/fault-names.js'
import type { FaultName } from './faults/fault-names.js'
import { REPLICA_FAULTS, TARGETS, faultsOfTarget } from './faults/target-faults.js'
import type { TargetName } from './faults/target-faults.js'

/** What was asked for on the command line. */
export interface ChaosOptions {
  /** What it runs on: processes of its own, Docker Compose, a cluster. */
  readonly target: TargetName
  readonly minutes?: number
  readonly seed: string
  /** All of them can happen on the target. */
  readonly faults: readonly FaultName[]
  /** Operations begun a second. */
  readonly rate: number
  readonly replicas: number
  /** Kills at every point so many times instead of the mixed run. */
  readonly matrix?: number
  /** Runs the planted bugs: all, or those named. */
  readonly planted?: readonly string[]
  readonly scenario?: string
  /** Simulates so many seeds, beginning with the number that the seed is. */
  readonly simulate?: number
  /** JSON of the result. */
  readonly report?: string
  readonly keep: boolean
}

export const USAGE = `npm run chaos -- [--minutes N] [--seed S] [--faults all|none|NAME,…] [--rate N] [--report FILE] [--keep]
npm run chaos -- --target compose|cluster [--minutes N] [--seed S] [--faults all|none|NAME,…] [--rate N] [--report FILE] [--keep]
npm run chaos -- --matrix HITS [--seed S] [--report FILE]
npm run chaos -- --planted [all|BUG,…]
npm run chaos -- --simulate SEEDS [--seed FIRST]
npm run chaos -- --scenario NAME [--minutes N] [--seed S]

faults: ${ALL_FAULTS.join(', ')}
of --target compose: ${REPLICA_FAULTS.compose.join(', ')} (the queue is spared: its ElasticMQ keeps the messages in memory)
of --target cluster: ${REPLICA_FAULTS.cluster.join(', ')} (a pod cannot be paused)`

export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
}

/** Reads the command line. Throws `UsageError` with one sentence. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parse(args)
  const { matrix, planted, scenario, report, simulate, minutes } = values
  const target = targetOf(values.target ?? 'process')
  if (target !== 'process') refuseBeside(target, { matrix, planted, scenario, simulate })
  return {
    target,
    seed: values.seed ?? randomBytes(4).toString('hex'),
    faults: faultsOf(values.faults ?? 'all', target),
    rate: positive('rate', values.rate ?? '40'),
    replicas: 2,
    keep: values.keep ?? false,
    ...(minutes === undefined ? {} : { minutes: positive('minutes', minutes) }),
    ...(matrix === undefined ? {} : { matrix: positive('matrix', matrix) }),
    ...(planted === undefined ? {} : { planted: planted === 'all' ? [] : planted.split(',') }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(simulate === undefined ? {} : { simulate: positive('simulate', simulate) }),
    ...(report === undefined ? {} : { report }),
  }
}

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const
    return parseArgs({
      args: [...args],
      options: {
        target: text,
        minutes: text,
        seed: text,
        faults: text,
        rate: text,
        report: text,
        matrix: text,
        planted: text,
        scenario: text,
        simulate: text,
        keep: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new UsageError(`--${name} must be a number above 0.`)
  return value
}

function targetOf(text: string): TargetName {
  const target = TARGETS.find((known) => known === text)
  if (target === undefined)
    throw new UsageError(`There is no target "${text}"; there are ${TARGETS.join(', ')}.`)
  return target
}

/** What needs proxies, fault points or builds of its own. */
function refuseBeside(target: TargetName, others: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(others))
    if (value !== undefined) throw new UsageError(`--${name} needs the target process, not ${target}.`)
}

function faultsOf(text: string, target: TargetName): readonly FaultName[] {
  const possible = faultsOfTarget(target)
  if (text === 'all') return possible
  if (text === 'none') return []
  return text.split(',').map((name) => {
    const fault = ALL_FAULTS.find((known) => known === name)
    if (fault === undefined) throw new UsageError(`There is no fault "${name}".`)
    if (!possible.includes(fault))
      throw new UsageError(
        `The fault "${name}" needs the target process; with ${target} there are ${possible.join(', ')}.`,
      )
    return fault
  })
}
