import { linesOf } from './partitions.js'
import type { Operation } from './records.js'

/** A line of the history: an `invoke` with everything that the request says, or its end with what came back. */
export type HistoryLine =
  | ({ readonly type: 'invoke'; readonly t: number } & Omit<Operation, 'kind' | 'type' | 't0' | 't1'>)
  | ({ readonly type: 'ok' | 'fail' | 'info'; readonly i: number; readonly t: number } & Partial<Operation>)

/**
 * Reads the operations of a history file as they end; at the end those that never did, which count as `info`. Memory
 * holds only what was under way at once.
 */
export async function* readHistory(path: string): AsyncGenerator<Operation> {
  const open = new Map<number, Operation>()
  for await (const text of linesOf(path)) {
    const line = JSON.parse(text) as HistoryLine
    if (line.type === 'invoke') {
      const { type: _type, t, ...said } = line
      open.set(line.i, { ...said, kind: 'op', t0: t })
      continue
    }
    const invoked = open.get(line.i)
    if (invoked === undefined) throw new Error(`the history ends an operation that it never began: ${line.i}`)
    open.delete(line.i)
    const { t, ...came } = line
    yield { ...invoked, ...came, kind: 'op', t0: invoked.t0, t1: t }
  }
  for (const operation of open.values()) yield { ...operation, type: 'info' }
}
