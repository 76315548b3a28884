import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type pg from 'pg'

export interface PostgresMetrics {
  /** Stops asking. */
  stop(): void
}

/**
 * Shows the pools of a service at every scrape, by name, and asks the first of them regularly whether Postgres answers.
 * A probe counts as unanswered after the pool's own time limits.
 */
export function watchPostgres(
  registry: Registry,
  pools: Readonly<Record<string, pg.Pool>>,
  intervalMs: number,
): PostgresMetrics {
  const registers = [registry]
  new Gauge({
    name: 'postgres_pool_connections',
    help: 'Connections by pool and state: busy, idle; waiting are callers without one.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [name, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
        this.set({ pool: name, state: 'busy' }, totalCount - idleCount)
        this.set({ pool: name, state: 'idle' }, idleCount)
        this.set({ pool: name, state: 'waiting' }, waitingCount)
      }
    },
  })
  const up = new Gauge({
    name: 'postgres_up',
    help: '1 while Postgres answers this replica, 0 while it does not; asked every few seconds.',
    labelNames: ['pool'],
    registers,
  })
  const [[name, pool]] = Object.entries(pools) as [[string, pg.Pool]]
  let asking = false
  async function ask(): Promise<void> {
    if (asking) return
    asking = true
    const answered = await pool.query('select 1').then(
      () => true,
      () => false,
    )
    asking = false
    up.set({ pool: name }, answered ? 1 : 0)
  }
  void ask()
  const timer = setInterval(() => void ask(), intervalMs).unref()
  return { stop: () => clearInterval(timer) }
}
