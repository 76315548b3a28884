import type pg from 'pg'
import { callerGroup } from '@comanda/shared/identity'
import { asciiJson } from '@comanda/shared/messages'
import type { ChangeSet, NewEvent } from '../../domain/change-set.js'
import type { OutboxEvent } from '../../domain/ports.js'
import { together } from './statement.js'
import { writeOrders } from './write-orders.js'
import { writeRecords } from './write-records.js'
import { writeStock } from './write-stock.js'

/**
 * Writes a change set: one multi-row statement a table, all of them in one round trip. Each must affect exactly the rows
 * that were decided; anything else throws, and the transaction is rolled back. Resolves with the events as they stand
 * in the outbox.
 */
export async function writeChanges(
  client: pg.PoolClient,
  changes: ChangeSet,
): Promise<readonly OutboxEvent[]> {
  const events = changes.events.map(outboxEventOf)
  await together([
    writeOrders(client, changes),
    writeStock(client, changes),
    writeRecords(client, changes, events),
  ])
  return events
}

function outboxEventOf({ event, owner, traceParent }: NewEvent): OutboxEvent {
  return {
    id: event.id,
    orderId: event.subject,
    group: callerGroup(owner),
    body: asciiJson(event),
    ...(traceParent === undefined ? {} : { traceParent }),
  }
}
