import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { emulatorClient } from '@comanda/e2e/embedded'
import type { Figure } from '../run/chaos-run.js'
import { remaining } from '../run/drain.js'
import type { Remaining } from '../run/drain.js'
import type { ProcessRunOptions } from '../run/process-run.js'
import type { World } from '../world/world.js'

/** A situation with figures that have to hold, besides every invariant. */
export interface Scenario {
  readonly what: string
  readonly prepare: (options: {
    readonly seed: string
    /** Of its own time where it has one; its default without. */
    readonly minutes?: number
  }) => Pick<ProcessRunOptions, 'trouble' | 'load' | 'keepQueues' | 'settings'>
}

/** One storefront of one shop. */
export const ONE_STORE = (caller: { readonly role: string; readonly account: string }) =>
  caller.role === 'store' && caller.account === 'alpha'

export function figure(
  name: string,
  value: number,
  unit: string,
  bound: 'at most' | 'at least' | 'exactly',
  limit: number,
): Figure {
  const rounded = Math.round(value * 1_000) / 1_000
  const holds = bound === 'at most' ? value <= limit : bound === 'at least' ? value >= limit : value === limit
  return { name, value: `${rounded}${unit}`, hold: `${bound} ${limit}${unit}`, holds }
}

/** A figure that is only told. */
export function told(name: string, value: number, unit: string): Figure {
  return { name, value: `${Math.round(value * 10) / 10}${unit}`, hold: '', holds: true }
}

/** Waits until `isOver` says so of what is left to do. Resolves with how long it took, in seconds. */
export async function timeUntil(
  world: World,
  isOver: (left: Remaining) => boolean,
  timeoutMs: number,
): Promise<number> {
  const client = emulatorClient(world.emulator.endpoint)
  const startedAt = performance.now()
  try {
    while (performance.now() - startedAt < timeoutMs) {
      const left = await remaining(world, client).catch(() => undefined)
      if (left !== undefined && isOver(left)) break
      await delay(250)
    }
    return (performance.now() - startedAt) / 1_000
  } finally {
    client.destroy()
  }
}

/** One number from the database. */
export async function ask(world: World, sql: string, values: readonly unknown[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: world.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<[unknown]>({ text: sql, values: [...values], rowMode: 'array' })
    return Number(rows[0]?.[0] ?? 0)
  } finally {
    await client.end()
  }
}

/** Quantile of the time from the acceptance of an order to its decision, for orders accepted since `from`, in ms. */
export function decisionQuantile(world: World, quantile: number, from: Date): Promise<number> {
  return ask(
    world,
    `select percentile_cont($1) within group (order by extract(epoch from decided_at - accepted_at) * 1000)
     from orders where accepted_at >= $2`,
    [quantile, from.toISOString()],
  )
}

/** Nothing good may lie in a dead-letter queue. */
export async function deadLetterFigure(world: World): Promise<readonly Figure[]> {
  const client = emulatorClient(world.emulator.endpoint)
  try {
    return [figure('dead-lettered', (await remaining(world, client)).deadLetters, '', 'exactly', 0)]
  } finally {
    client.destroy()
  }
}

/** Answers of one phase: those after it less those before it. */
export function since(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after).map(([status, count]) => [status, count - (before[status] ?? 0)]),
  )
}
