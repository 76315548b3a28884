import type pg from 'pg'
import type { Instruction } from '../../domain/instruction.js'
import { DOCUMENT_COLUMNS, DOCUMENT_TYPES, DOCUMENT_VALUES } from './order-document.js'
import { queryRows } from './statement.js'

const INSERT_STUBS = {
  name: 'insert-stubs',
  text: `
  insert into orders (status, version, ${DOCUMENT_COLUMNS})
  select 'accepted', 0, stub.*
  from unnest(${DOCUMENT_TYPES}) as stub (${DOCUMENT_COLUMNS})
  on conflict (id) do nothing
  returning id`,
}

type Command = Instruction['command']

/**
 * Fills the free places under the ids of the batch with stubs, which nobody else sees before they are decided: whoever
 * comes with the same order waits here. In the order of the ids, as everybody does it. Resolves with the commands whose
 * place was free.
 */
export async function insertStubs(
  client: pg.PoolClient,
  batch: readonly Instruction[],
): Promise<readonly Command[]> {
  const stubs = new Map<string, Command>()
  for (const { command } of batch) {
    const { subject } = command
    // A place brings the document; the cancel that overtook it knows nothing but the id.
    if (command.type === 'comanda.order.place.v1' || command.type === 'unreadable') {
      if (stubs.get(subject)?.type !== 'comanda.order.place.v1') stubs.set(subject, command)
    } else if (command.type === 'comanda.order.cancel.v1' && !stubs.has(subject)) {
      stubs.set(subject, command)
    }
  }
  if (stubs.size === 0) return []
  const sorted = [...stubs.values()].sort((one, other) => (one.subject < other.subject ? -1 : 1))
  const { rows } = await queryRows<Command, { id: string }>(client, INSERT_STUBS, sorted, DOCUMENT_VALUES)
  return rows.flatMap(({ id }) => stubs.get(id) ?? [])
}
