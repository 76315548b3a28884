import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChaosResult } from '../run/chaos-run.js'
import { mixedTrouble } from '../run/mixed-trouble.js'
import { processRun } from '../run/process-run.js'
import { plant } from './plant.js'
import type { PlantedBug } from './planted-bug.js'

/** What a run with a planted bug came to. */
export interface PlantedResult {
  readonly bug: PlantedBug
  /** Invariants that it broke, with how often. */
  readonly broken: ChaosResult['check']['findings']['counts']
  /** Whether one of those broke that must. */
  readonly caught: boolean
  readonly seconds: number
}

const LOAD_MS = 10_000
const RATE = 40
const REPLICAS = 2
/** Bugs that lose something never drain; what is not there by then will not come. */
const DRAIN_PATIENCE_MS = 20_000

/** Plants a bug and lets a short run look for it. */
export async function runWithBug(bug: PlantedBug, seed: string): Promise<PlantedResult> {
  const root = await mkdtemp(join(tmpdir(), 'comanda-planted-'))
  try {
    await plant(bug, root)
    const { check, seconds } = await processRun({
      seed,
      replicas: REPLICAS,
      trouble: mixedTrouble({
        seed,
        faults: bug.faults,
        durationMs: LOAD_MS,
        rate: RATE,
        replicas: REPLICAS,
      }),
      drainPatienceMs: DRAIN_PATIENCE_MS,
      build: { root, ...(bug.sql === undefined ? {} : { sql: bug.sql }) },
      progress: () => undefined,
    })
    const broken = check.findings.counts
    return { bug, broken, caught: bug.caughtBy.some((invariant) => broken[invariant] !== undefined), seconds }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Runs the bugs, so many at once. Each result is told as soon as it is there. */
export async function runPlanted(
  bugs: readonly PlantedBug[],
  options: { readonly seed: string; readonly atOnce: number; readonly told: (result: PlantedResult) => void },
): Promise<readonly PlantedResult[]> {
  const results: PlantedResult[] = []
  const waiting = bugs.values()
  const runNext = async () => {
    for (const bug of waiting) {
      const result = await runWithBug(bug, `${options.seed}-${bug.name.replace(/[^a-z0-9]+/gi, '-')}`)
      results.push(result)
      options.told(result)
    }
  }
  await Promise.all(Array.from({ length: options.atOnce }, runNext))
  return results
}
