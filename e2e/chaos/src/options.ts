import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ALL_FAULTS } from './faults/fault-names.js'
import type { FaultName } from './faults/fault-names.js'

/** What was asked for on the command line. */
export interface ChaosOptions {
  readonly minutes?: number
  readonly seed: string
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
npm run chaos -- --matrix HITS [--seed S] [--report FILE]
npm run chaos -- --planted [all|BUG,…]
npm run chaos -- --simulate SEEDS [--seed FIRST]
npm run chaos -- --scenario NAME [--minutes N] [--seed S]

faults: ${ALL_FAULTS.join(', ')}`

export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
}

/** Reads the command line. Throws `UsageError` with one sentence. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parse(args)
  const { matrix, planted, scenario, report, simulate, minutes } = values
  return {
    seed: values.seed ?? randomBytes(4).toString('hex'),
    faults: faultsOf(values.faults ?? 'all'),
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

function faultsOf(text: string): readonly FaultName[] {
  if (text === 'all') return ALL_FAULTS
  if (text === 'none') return []
  return text.split(',').map((name) => {
    const fault = ALL_FAULTS.find((known) => known === name)
    if (fault === undefined) throw new UsageError(`There is no fault "${name}".`)
    return fault
  })
}
