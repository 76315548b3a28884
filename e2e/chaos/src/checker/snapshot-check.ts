import pg from 'pg'

/** What must hold at every moment, also in the middle of all faults: each selects what breaks it, as one text a row. */
const AT_ANY_MOMENT: Readonly<Record<'I4' | 'I6' | 'I7' | 'I14', string>> = {
  I4: `
    select p.account_id || '/' || p.sku || ' has ' || p.available || ', moved ' || coalesce(sum(m.quantity), 0)
    from products p left join stock_movements m on m.account_id = p.account_id and m.sku = p.sku
    group by p.account_id, p.sku, p.available
    having p.available <> coalesce(sum(m.quantity), 0) or p.available < 0`,
  I6: `
    select o.id || ' is ' || o.status || ' and holds ' || coalesce(m.held, 0) || ' of ' || coalesce(l.wanted, 0)
    from orders o
    left join (select order_id, -sum(quantity) as held from stock_movements group by 1) m on m.order_id = o.id
    left join (select order_id, sum(quantity) as wanted from order_lines group by 1) l on l.order_id = o.id
    where coalesce(m.held, 0)
      <> case when o.status in ('confirmed', 'shipped', 'delivered') then coalesce(l.wanted, 0) else 0 end`,
  I7: `
    select o.id || ' has version ' || o.version || ' and ' || count(t.*) || ' timeline rows'
    from orders o left join order_timeline t on t.order_id = o.id
    group by o.id, o.version having count(t.*) <> o.version or max(t.version) <> o.version`,
  I14: `
    select c.order_id || ' was confirmed after its cancel'
    from order_timeline c join order_timeline t on t.order_id = c.order_id and t.version > c.version
    where c.status = 'cancelled' and c.refused is null and t.status = 'confirmed' and t.refused is null`,
}

export interface SnapshotFinding {
  readonly invariant: keyof typeof AT_ANY_MOMENT
  readonly what: string
}

/** Looks at the whole database at one moment, in one snapshot. Rejects where Postgres cannot be asked now. */
export async function checkSnapshot(databaseUrl: string): Promise<readonly SnapshotFinding[]> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'chaos snapshot',
    connectionTimeoutMillis: 2_000,
    query_timeout: 60_000,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('begin transaction isolation level repeatable read, read only')
    const found: SnapshotFinding[] = []
    for (const [invariant, sql] of Object.entries(AT_ANY_MOMENT)) {
      const { rows } = await client.query<[string]>({ text: `${sql} limit 5`, rowMode: 'array' })
      for (const [what] of rows) found.push({ invariant: invariant as SnapshotFinding['invariant'], what })
    }
    return found
  } finally {
    await client.end().catch(() => undefined)
  }
}
