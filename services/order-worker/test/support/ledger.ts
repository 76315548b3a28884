import pg from 'pg'

/** Reads a test's database as its superuser, independently of the service's own SQL. */
export interface Ledger {
  rows<Row extends pg.QueryResultRow>(sql: string, ...values: unknown[]): Promise<Row[]>
  count(sql: string, ...values: unknown[]): Promise<number>
  available(sku: string): Promise<number | undefined>
  /** Every promise that a database of orders must keep at any moment; the violations, none when all hold. */
  violations(): Promise<string[]>
  end(): Promise<void>
}

const INVARIANTS: Readonly<Record<string, string>> = {
  'stock is what its movements say': `
    select 1 from products p
    where available <> (select coalesce(sum(quantity), 0) from stock_movements m
                        where m.account_id = p.account_id and m.sku = p.sku)`,
  'every movement is of a known product': `
    select 1 from stock_movements m left join products p using (account_id, sku) where p.sku is null`,
  'versions run from 1 to n without a gap': `
    select 1 from orders o
    where version <> (select count(*) from order_timeline t where t.order_id = o.id)
       or version <> (select coalesce(max(t.version), 0) from order_timeline t where t.order_id = o.id)`,
  'the history ends where the order stands': `
    select 1 from orders o join order_timeline t on t.order_id = o.id and t.version = o.version
    where t.status <> o.status`,
  'what was sold is what was ordered, and a cancelled order holds nothing': `
    select 1 from orders o
    where coalesce((select sum(quantity) from stock_movements m where m.order_id = o.id), 0)
       <> case when o.status in ('confirmed', 'shipped', 'delivered')
            then -(select sum(quantity) from order_lines l where l.order_id = o.id) else 0 end`,
  'every order has its lines, and every line its order': `
    select 1 from orders o where line_count <> (select count(*) from order_lines l where l.order_id = o.id)
    union all
    select 1 from order_lines l left join orders o on o.id = l.order_id where o.id is null`,
  'a total is the sum of its amounts': `
    select 1 from orders o
    where total <> (select sum(amount) from order_lines l where l.order_id = o.id)`,
  'a key belongs to at most one order that was not refused for it': `
    select 1 from orders where idempotency_key is not null and reason is distinct from 'idempotency_key_reused'
    group by account_id, actor, idempotency_key having count(*) > 1`,
  'what took effect is known': `
    select 1 from order_timeline t left join commands c on c.command_id = t.command_id where c.command_id is null`,
}

export function openLedger(databaseUrl: string): Ledger {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  // Tests drop databases and kill servers under it.
  pool.on('error', () => undefined)
  const rows = async <Row extends pg.QueryResultRow>(sql: string, ...values: unknown[]) =>
    (await pool.query<Row>(sql, values)).rows
  return {
    rows,
    async count(sql, ...values) {
      return Number((await rows<{ count: string }>(`select count(*) from ${sql}`, ...values))[0]?.count)
    },
    async available(sku) {
      const [product] = await rows<{ available: string }>(
        'select available from products where sku = $1',
        sku,
      )
      return product && Number(product.available)
    },
    async violations() {
      const broken = await Promise.all(
        Object.entries(INVARIANTS).map(async ([name, sql]) => ((await rows(sql)).length > 0 ? [name] : [])),
      )
      return broken.flat()
    },
    end: () => pool.end(),
  }
}
