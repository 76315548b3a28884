import type pg from 'pg'
import type { Column } from './columns.js'
import { CountMismatchError } from './transaction.js'

/** A statement that a connection prepares once, under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Runs a statement whose parameters are the columns of some rows, followed by single values. */
export function queryRows<Row, Result extends pg.QueryResultRow>(
  client: pg.PoolClient,
  { name, text }: Statement,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  ...singles: readonly unknown[]
): Promise<pg.QueryResult<Result>> {
  return client.query<Result>({ name, text, values: [...columns.map((column) => column(rows)), ...singles] })
}

/** The same for a statement that must affect each row once; anything else throws. No rows, no statement. */
export async function writeRows<Row>(
  client: pg.PoolClient,
  statement: Statement,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  ...singles: readonly unknown[]
): Promise<void> {
  if (rows.length === 0) return
  const { rowCount } = await queryRows(client, statement, rows, columns, ...singles)
  expectCount(statement, rowCount, rows.length)
}

/** Holds a statement to the number of rows that was decided. */
export function expectCount({ name }: Statement, affected: number | null, decided: number): void {
  if (affected !== decided)
    throw new CountMismatchError(`${name} affected ${affected ?? 0} rows where ${decided} were decided`)
}
