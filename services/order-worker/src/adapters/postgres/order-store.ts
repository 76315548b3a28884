import { fault } from '@comanda/shared/fault'
import type pg from 'pg'
import { takesWrites } from '@comanda/shared/postgres'
import type { Tracing } from '@comanda/shared/tracing'
import { decideBatch } from '../../domain/decide-batch.js'
import type { Instruction } from '../../domain/instruction.js'
import type { Applied, Decider, OrderStore, ParkedCommand } from '../../domain/ports.js'
import { holdCatalog } from './hold-catalog.js'
import { holdOrders } from './hold-orders.js'
import { insertParked } from './insert-parked.js'
import { traceTransaction } from './trace-transaction.js'
import { inTransaction } from './transaction.js'
import { writeChanges } from './write-changes.js'

export interface PostgresOrderStoreOptions {
  /** Its clients must pipeline: the statements of one step then travel together. */
  readonly pool: pg.Pool
  readonly clock?: () => Date
  /** Told of every transaction that runs again because others were in the way. */
  readonly onRetry?: () => void
  readonly decide?: Decider
  readonly tracing?: Tracing | undefined
}

/**
 * The order store on Postgres. Everybody takes hold of things in one order (orders by id, keys, products by account and
 * SKU), so batches wait for each other but never for themselves in a ring. Five round trips a batch, six where it names
 * orders that were there before, whatever its size.
 */
export function createPostgresOrderStore(options: PostgresOrderStoreOptions): OrderStore {
  const { pool, clock = () => new Date(), onRetry, decide = decideBatch, tracing } = options

  async function apply(client: pg.PoolClient, batch: readonly Instruction[]): Promise<Applied> {
    const orders = await holdOrders(client, batch)
    const world = await holdCatalog(client, batch, orders)
    const { results, changes } = decide(batch, world, clock())
    const events = await writeChanges(client, changes)
    await fault('order-worker.before-commit')
    return { results, events }
  }

  const transact = <Result>(size: number, work: (client: pg.PoolClient) => Promise<Result>) =>
    traceTransaction(tracing, size, (repeated) =>
      inTransaction(pool, work, () => {
        repeated()
        onRetry?.()
      }),
    )

  return {
    async applyAll(batch) {
      await fault('order-worker.before-begin')
      return transact(batch.length, (client) => apply(client, batch))
    },
    parkAll: (parked) =>
      transact(parked.length, async (client) => {
        await insertParked(client, parked)
        return apply(client, parked.flatMap(instructionOf))
      }),
    isReachable: () => takesWrites(pool),
  }
}

function instructionOf({ order, traceParent }: ParkedCommand): Instruction[] {
  if (order === undefined) return []
  return [{ command: order, ...(traceParent === undefined ? {} : { traceParent }) }]
}
