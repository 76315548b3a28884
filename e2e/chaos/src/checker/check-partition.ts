import type { Books } from './books.js'
import { checkOrder } from './check-order.js'
import type { Case } from './check-order.js'
import type { Findings } from './findings.js'
import type { AdjustmentRow, CheckRecord, Operation } from './records.js'
import type { Tally } from './tally.js'

/** Checks all records of a partition: whatever belongs together is among them. */
export function checkPartition(records: readonly CheckRecord[], books: Books): void {
  const { findings, tally, stock } = books
  const cases = new Map<string, Case>()
  const caseOf = (id: string): Case => {
    let found = cases.get(id)
    if (found === undefined) {
      found = {
        id,
        operations: [],
        rows: [],
        keyOwners: [],
        commands: [],
        published: [],
        outbox: [],
        mails: [],
      }
      cases.set(id, found)
    }
    return found
  }
  const adjustments = new Map<
    string,
    { operations: Operation[]; rows: AdjustmentRow[]; outcomes: string[] }
  >()
  const adjustment = (cmd: string) => {
    let found = adjustments.get(cmd)
    if (found === undefined) adjustments.set(cmd, (found = { operations: [], rows: [], outcomes: [] }))
    return found
  }
  const puts = new Map<string, { operations: Operation[]; outcomes: number }>()
  const put = (cmd: string) => {
    let found = puts.get(cmd)
    if (found === undefined) puts.set(cmd, (found = { operations: [], outcomes: 0 }))
    return found
  }
  const bodies = new Map<string, { poison?: Operation; parked: string[]; dead: string[] }>()
  const bodyOf = (sha: string) => {
    let found = bodies.get(sha)
    if (found === undefined) bodies.set(sha, (found = { parked: [], dead: [] }))
    return found
  }
  const keys = new Map<string, string[]>()

  for (const record of records) {
    switch (record.kind) {
      case 'op':
        tally.operations += 1
        if (record.f === 'poison') {
          bodyOf(record.sha!).poison = record
          break
        }
        if (record.f === 'adjust') adjustment(record.cmd!).operations.push(record)
        else if (record.f === 'put' && record.cmd !== undefined) put(record.cmd).operations.push(record)
        else if (record.id !== undefined) caseOf(record.id).operations.push(record)
        break
      case 'order': {
        caseOf(record.id).rows.push(record)
        tally.outcomes[outcomeOf(record)] = (tally.outcomes[outcomeOf(record)] ?? 0) + 1
        for (const movement of record.movements) stock.move(record.account, movement)
        if (record.key === null || record.reason === 'idempotency_key_reused') break
        const key = JSON.stringify([record.account, record.actor, record.key])
        keys.set(key, [...(keys.get(key) ?? []), record.id])
        break
      }
      case 'key':
        caseOf(record.id).keyOwners.push(record.key)
        break
      case 'command':
        if (record.type === 'comanda.stock.adjust.v1') adjustment(record.cmd).outcomes.push(record.outcome)
        else if (record.type.startsWith('comanda.product.')) put(record.cmd).outcomes += 1
        else caseOf(record.id).commands.push(record)
        break
      case 'adjustment':
        adjustment(record.cmd).rows.push(record)
        stock.move(record.account, { ...record, kind: 'adjusted', command: record.cmd })
        break
      case 'published':
        caseOf(record.id).published.push(record)
        break
      case 'outbox':
        caseOf(record.id).outbox.push(record)
        break
      case 'mail':
        caseOf(record.id).mails.push(record)
        break
      case 'parked':
        bodyOf(record.sha).parked.push(record.reason)
        break
      case 'dead-letter':
        bodyOf(record.sha).dead.push(record.queue)
    }
  }

  for (const [key, ids] of keys)
    if (ids.length > 1) findings.report('I12', key, `one key has ${ids.length} orders: ${ids.join(', ')}`)
  for (const [cmd, known] of adjustments) checkAdjustment(cmd, known, findings, tally)
  for (const [cmd, known] of puts) checkPut(cmd, known, findings)
  for (const [sha, known] of bodies) checkBody(sha, known, findings)
  for (const orderCase of cases.values()) checkOrder(orderCase, books)
}

function outcomeOf({ status, reason }: { status: string; reason: string | null }): string {
  return reason === null ? status : `${status}: ${reason}`
}

/** A stock change happens once, if it was given: I3, I4, I5. */
function checkAdjustment(
  cmd: string,
  { operations, rows, outcomes }: { operations: Operation[]; rows: AdjustmentRow[]; outcomes: string[] },
  findings: Findings,
  tally: Tally,
): void {
  const report = (invariant: 'I2' | 'I3' | 'I4' | 'I5', what: string) =>
    findings.report(invariant, cmd, what, [...operations, ...rows])
  const [given] = operations
  if (rows.length > 1) {
    tally.duplicated += 1
    report('I3', 'a stock change was applied twice')
  }
  if (outcomes.length > 1) report('I3', 'a stock change has two outcomes')
  if (given === undefined) {
    if (rows.length + outcomes.length > 0) report('I2', 'a stock change that nobody gave')
    return
  }
  const [row] = rows
  if (operations.some(({ type }) => type === 'ok') && outcomes.length === 0)
    report('I5', 'an accepted stock change has no outcome')
  if (given.covered && outcomes[0] === 'refused')
    report('I5', 'a stock change was refused, though the one before it had made room')
  if (row === undefined && outcomes[0] === 'applied') report('I4', 'an applied stock change moved nothing')
  if (
    row !== undefined &&
    (row.quantity !== given.delta || row.account !== given.account || row.sku !== given.sku)
  )
    report(
      'I4',
      `moved ${row.account}/${row.sku} by ${row.quantity}, not ${given.account}/${given.sku} by ${given.delta}`,
    )
}

/** A put of a product has its end, if it was given: I2, I3, I5. */
function checkPut(
  cmd: string,
  { operations, outcomes }: { operations: Operation[]; outcomes: number },
  findings: Findings,
): void {
  if (outcomes > 1) findings.report('I3', cmd, 'a put has two outcomes', operations)
  if (operations.length === 0) findings.report('I2', cmd, 'a put that nobody gave', [])
  if (outcomes === 0 && operations.some(({ type }) => type === 'ok'))
    findings.report('I5', cmd, 'an accepted put has no outcome', operations)
}

/** What cannot be read is kept with its reason; what a later release may read is never given up. */
function checkBody(
  sha: string,
  { poison, parked, dead }: { poison?: Operation; parked: string[]; dead: string[] },
  findings: Findings,
): void {
  const report = (what: string) => findings.report('I5', sha, what, poison === undefined ? [] : [poison])
  if (poison === undefined) {
    if (parked.length > 0) report(`a good message was parked: ${parked[0]}`)
    if (dead.length > 0) report(`a good message lies in ${dead[0]}`)
    return
  }
  if (poison.poison === 'unknown-version') {
    if (parked.length > 0) report('a message of a newer version was parked instead of kept')
    else if (poison.type === 'ok' && dead.length === 0) report('a message of a newer version was lost')
  } else if (poison.type === 'ok' && parked.length === 0)
    report('a poison message vanished without being parked')
  if (parked.some((reason) => reason === '')) report('parked without a reason')
}
