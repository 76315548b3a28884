import { setTimeout as delay } from 'node:timers/promises'
import type { PrometheusClient } from './prometheus-client.js'

export const DEADLINE_MS = 120_000

/** Looks until it holds; fails with the last thing seen when it does not in time. */
export async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    const seen = await look()
    if (seen === true) return
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}: ${JSON.stringify(seen)}`)
    await delay(500)
  }
}

/** Resolves once an alert fires, or once none of its rules is even pending. */
export function alertIs(
  prometheus: Pick<PrometheusClient, 'rules'>,
  alert: string,
  state: 'firing' | 'inactive',
): Promise<void> {
  return until(`${alert} to be ${state}`, async () => {
    const states = (await prometheus.rules()).filter(({ name }) => name === alert).map((rule) => rule.state)
    const reached = state === 'firing' ? states.includes('firing') : states.every((one) => one === 'inactive')
    return reached || states
  })
}
