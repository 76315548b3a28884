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

/** Says of a statement only that an earlier one had failed (SQLSTATE in_failed_sql_transaction). */
const FOLLOWS_A_FAILURE = '25P02'

/**
 * Waits for statements that travel together, and throws what ended the transaction: of several failures, the one that
 * the others followed from. Which of them a `Promise.all` would throw depends on how deep each promise is nested.
 */
export async function together<const Statements extends readonly unknown[]>(
  statements: Statements,
): Promise<{ -readonly [Place in keyof Statements]: Awaited<Statements[Place]> }> {
  const failures: unknown[] = []
  for (const end of await Promise.allSettled(statements))
    if (end.status === 'rejected') failures.push(end.reason)
  if (failures.length > 0) throw failures.find((failure) => !follows(failure)) ?? failures[0]
  return await Promise.all(statements)
}

function follows(failure: unknown): boolean {
  return (failure as { code?: unknown } | undefined)?.code === FOLLOWS_A_FAILURE
}
