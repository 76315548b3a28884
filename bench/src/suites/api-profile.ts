import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { NO_STOPWATCH } from '../host/foreign-cpu.js'
import { cpuByPart } from '../measure/cpu-parts.js'
import type { V8Profile } from '../measure/cpu-parts.js'
import type { Progress } from '../report/progress.js'
import { freshPrefix } from './api-variant.js'
import { measureCapacity } from './api-capacity.js'
import type { ApiVariant, ApiWorld } from './api-variant.js'
import { ORDER_API_PARTS } from './order-api-parts.js'

/** Where the CPU of one order goes. */
export interface CpuProfile {
  readonly variant: string
  /** CPU of an order in this run, which the profiler itself makes dearer; the shares are what counts. */
  readonly cpuUsPerOrder: number
  /** Share of the busy time by part, and that share of `cpuUsPerOrder`; the largest first. */
  readonly parts: readonly { readonly part: string; readonly share: number; readonly usPerOrder: number }[]
}

/** Runs a variant once under V8's sampling profiler and adds its self times up by part. */
export async function profileByPart(
  variant: ApiVariant,
  world: ApiWorld,
  options: { readonly warmUpSeconds: number; readonly seconds: number; readonly folder: string },
  progress: Progress,
): Promise<CpuProfile> {
  progress.say(`${variant.name}: CPU by part`)
  const run = await measureCapacity(variant, world, { ...options, keyPrefix: freshPrefix() }, NO_STOPWATCH, [
    '--cpu-prof',
    `--cpu-prof-dir=${options.folder}`,
    '--cpu-prof-interval=500',
  ])
  const file = readdirSync(options.folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error('Node wrote no profile: the server did not end by itself')
  const profile = JSON.parse(readFileSync(join(options.folder, file), 'utf8')) as V8Profile
  const spent = cpuByPart(profile, ORDER_API_PARTS, run.windowMs)
  const total = [...spent.values()].reduce((sum, us) => sum + us, 0)
  return {
    variant: variant.name,
    cpuUsPerOrder: run.cpuUsPerOrder,
    parts: [...spent]
      .map(([part, us]) => ({ part, share: us / total, usPerOrder: (us / total) * run.cpuUsPerOrder }))
      .sort((a, b) => b.share - a.share),
  }
}
