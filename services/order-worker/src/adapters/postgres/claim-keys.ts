import type pg from 'pg'
import type { PlaceOrder } from '@comanda/shared/messages'
import { keyOwnerKey } from '../../domain/world.js'
import { plain, text } from './columns.js'
import type { Column } from './columns.js'
import { queryRows, together } from './statement.js'

/** The first commit wins: who comes with the same key waits here, and then finds it taken. */
const INSERT_KEYS = {
  name: 'insert-keys',
  text: `
  insert into idempotency_keys (account_id, actor, key, order_id)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[])
  on conflict (account_id, actor, key) do nothing`,
}

const READ_KEY_OWNERS = {
  name: 'read-key-owners',
  text: `
  select account_id, actor, key, order_id from idempotency_keys
  where (account_id, actor, key) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
}

interface KeyRow {
  account_id: string
  actor: string
  key: string
  order_id: string
}

interface Claim {
  readonly place: PlaceOrder
  readonly sortedBy: string
}

const KEY: readonly Column<Claim>[] = [
  text(({ place }) => place.account),
  text(({ place }) => place.actor),
  text(({ place }) => place.data.key),
]

/** Claims the keys of orders that are to be decided; resolves with the order that each key belongs to. */
export async function claimKeys(
  client: pg.PoolClient,
  places: readonly PlaceOrder[],
): Promise<ReadonlyMap<string, string>> {
  if (places.length === 0) return new Map()
  const claims = places
    .map((place) => ({ place, sortedBy: keyOwnerKey(place.account, place.actor, place.data.key) }))
    // Stable: of two orders under one key in one batch, the one that came first wins.
    .sort((one, other) => (one.sortedBy < other.sortedBy ? -1 : one.sortedBy > other.sortedBy ? 1 : 0))
  const [, owners] = await together([
    queryRows(client, INSERT_KEYS, claims, [...KEY, plain(({ place }) => place.subject)]),
    queryRows<Claim, KeyRow>(client, READ_KEY_OWNERS, claims, KEY),
  ])
  return new Map(owners.rows.map((row) => [keyOwnerKey(row.account_id, row.actor, row.key), row.order_id]))
}
