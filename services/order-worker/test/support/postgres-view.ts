import type { OrderEvent } from '@comanda/shared/messages'
import type { StoreView } from '../contract/store-under-test.js'
import type { Ledger } from './ledger.js'

/** Shows a Postgres store to the contract, by SQL of the tests' own. */
export function postgresView(ledger: Ledger): StoreView {
  return {
    async order(id) {
      const [row] = await ledger.rows<{ status: string; version: number; account: string; actor: string }>(
        `select status, version, account_id as account, actor, reason, reference, total::text from orders where id = $1`,
        id,
      )
      if (row === undefined) return undefined
      const lines = await ledger.rows(
        `select sku, quantity, unit_price::text as "unitPrice", amount::text from order_lines
         where order_id = $1 order by line_no`,
        id,
      )
      return { ...withoutNulls(row), lines: lines.map(withoutNulls) }
    },
    async timeline(id) {
      const rows = await ledger.rows(
        `select version, status, refused, reason, actor, command_id as "commandId" from order_timeline
         where order_id = $1 order by version`,
        id,
      )
      return rows.map(withoutNulls)
    },
    async product(account, sku) {
      const [row] = await ledger.rows<{ price: string; currency: string; available: number }>(
        `select price::text, currency, available::int8::float8 as available, name from products
         where account_id = $1 and sku = $2`,
        account,
        sku,
      )
      return row && withoutNulls(row)
    },
    async moved(account, sku) {
      return ledger.rows<{ kind: string; quantity: number }>(
        `select kind, quantity::float8 as quantity from stock_movements where account_id = $1 and sku = $2
         order by occurred_at`,
        account,
        sku,
      )
    },
    async outcome(commandId) {
      const [row] = await ledger.rows<{ outcome: string }>(
        'select outcome, reason from commands where command_id = $1',
        commandId,
      )
      return row && withoutNulls(row)
    },
    async events() {
      const rows = await ledger.rows<{ body: string }>('select body from outbox order by seq')
      return rows.map(({ body }) => JSON.parse(body) as OrderEvent)
    },
    async parked() {
      const rows = await ledger.rows<{ messageId: string; reason: string; body: string }>(
        `select message_id as "messageId", reason, body, order_id as "orderId" from parked_messages`,
      )
      return rows.map(withoutNulls)
    },
  }
}

function withoutNulls<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Row
}
