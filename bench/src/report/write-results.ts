import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../host/machine.js'
import { FOREIGN_CORES_LIMIT } from '../host/foreign-cpu.js'
import type { Quantiles } from '../measure/statistics.js'
import type { BenchOptions } from '../options.js'

const RESULTS = fileURLToPath(new URL('../../../results/', import.meta.url))

export interface Results {
  readonly name: string
  readonly title: string
  /** How this page was measured, in one sentence. */
  readonly method: string
  /** Sizes of the orders that were sent, in bytes. */
  readonly bodies: Quantiles
  readonly machine: Machine & { readonly postgres: string }
  readonly options: BenchOptions
  readonly startedAt: Date
  readonly seconds: number
  readonly figures: unknown
  /** The tables, as Markdown. */
  readonly page: string
  readonly noise: { readonly runs: number; readonly discarded: number; readonly noisy: number }
}

/** Writes the raw figures and their page as `<date>-<name>.json` and `.md`; resolves with the page's path. */
export function writeResults(results: Results): string {
  const { name, title, machine, options, startedAt, seconds, figures, page, noise } = results
  const folder = options.out ?? RESULTS
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${startedAt.toISOString().slice(0, 10)}-${name}`)
  writeFileSync(
    `${path}.json`,
    `${JSON.stringify({ name, startedAt, seconds: Math.round(seconds), machine, options: withoutPaths(options), noise, bodies: results.bodies, figures }, null, 1)}\n`,
  )
  writeFileSync(`${path}.md`, `${[`# ${title}`, conditions(results), page].join('\n\n')}\n`)
  return `${path}.md`
}

/** Paths of this machine are nobody's business. */
function withoutPaths(options: BenchOptions): Partial<BenchOptions> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'out' && name !== 'data'))
}

/** Without these no figure means anything. */
function conditions({ machine, options, startedAt, noise, method, bodies }: Results): string {
  const quiet =
    noise.noisy > 0
      ? `**${noise.noisy} of ${noise.runs} runs stayed noisy (more than ${FOREIGN_CORES_LIMIT} of a core taken by others) and count all the same.**`
      : `No run that counts met more than ${FOREIGN_CORES_LIMIT} of a core of foreign CPU.`
  return [
    `Measured ${startedAt.toISOString()} at commit ${machine.commit}, on Node ${machine.node}, Postgres ${machine.postgres}, ${machine.emulator}.`,
    `Machine: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Linux ${machine.kernel}${machine.pinned ? '' : ', processes not pinned'}; loopback only.`,
    `${method} ${quiet} ${noise.discarded} runs were thrown away for noise and repeated.`,
    `Orders: ${bodies.count} real ones, median ${bodies.p50}, p99 ${bodies.p99}, largest ${bodies.max} bytes.`,
    ...(options.nodeOptions.length === 0
      ? []
      : [`The services ran under their own options of Node and \`node ${options.nodeOptions.join(' ')}\`.`]),
    'Figures hold inside this page only: compare ratios, never orders/s of two pages.',
  ].join('\n')
}
