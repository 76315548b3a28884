import type { Case, Report } from './check-order.js'
import { expectedOrderId } from './identity.js'
import type { Operation } from './records.js'
import { DECIDED } from './states.js'
import type { Tally } from './tally.js'

/** What clients were told about an order, against whether and how it is stored: I1, I2, I5, I12, I13, I16. */
export function checkHistory(orderCase: Case, report: Report, tally: Tally): void {
  const { id, operations, rows, commands } = orderCase
  const [row] = rows
  const places = operations.filter(({ f }) => f === 'place')
  const poisons = operations.filter(({ f }) => f === 'poison-order')
  tally.attempts += places.length
  const accepted = places.filter(({ type }) => type === 'ok')

  for (const operation of operations) checkIds(id, operation, report)
  if (accepted.length > 0) {
    tally.accepted += 1
    if (row === undefined) {
      tally.lost += 1
      report('I1', 'answered 202 and not stored')
    } else if (!DECIDED.has(row.status)) report('I5', `still ${row.status} after the drain`)
  }
  if (row === undefined) {
    if (commands.length > 0) report('I6', 'a command took effect on an order that is not stored')
  } else {
    const attempted = places.length > 0 || poisons.length > 0
    if (!attempted) {
      tally.unexpected += 1
      report('I2', 'stored, and nobody attempted it')
    } else if (poisons.length === 0 && places.every(({ type }) => type === 'fail')) {
      tally.unexpected += 1
      report('I2', 'stored, though every attempt was refused')
    } else if (accepted.length === 0 && places.length > 0) tally.recovered += 1
    if (poisons.some(({ type }) => type === 'ok') && row.reason !== 'unprocessable')
      report('I5', `an order that cannot be read became ${row.status}`)
    if (places.length > 0) checkContent(orderCase, places[0]!, report)
  }
  if (row === undefined && poisons.some(({ type }) => type === 'ok'))
    report('I5', 'an order that cannot be read vanished')
  checkCommands(orderCase, report)
}

function checkIds(id: string, operation: Operation, report: Report): void {
  const { account, actor, key, fingerprint, gotId, cmd, f, leaked, foreign, type, status } = operation
  if (leaked) report('I16', `the answer to ${f} held what must stay quiet`)
  if (foreign && type === 'ok' && (status === 200 || status === 202))
    report('I13', `${actor} of ${account} was answered ${status} to a ${f} of an order of others`)
  if (gotId === undefined) return
  if (f === 'place') {
    const expected = expectedOrderId({ account, actor }, key!, fingerprint!)
    if (gotId !== expected) report('I12', `the 202 named ${gotId} for a payload whose id is ${expected}`)
  } else if (cmd !== undefined && gotId !== cmd)
    report('I12', `the 202 named ${gotId} for a command on ${id} whose id is ${cmd}`)
}

function checkContent({ rows: [row] }: Case, sent: Operation, report: Report): void {
  if (row === undefined) return
  if (row.account !== sent.account || row.actor !== sent.actor)
    report('I13', `stored for ${row.account}/${row.actor}, sent by ${sent.account}/${sent.actor}`)
  if (row.reason === 'unprocessable' && row.fingerprint === null) return
  if (row.key !== sent.key) report('I1', 'stored under another key')
  if (row.fingerprint !== sent.fingerprint) report('I1', 'its fingerprint is not that of the payload sent')
  if (row.content !== sent.content) report('I1', 'its content is not what was sent')
  if (sent.prices !== undefined && row.prices !== sent.prices) report('I1', 'its prices are not those stated')
}

/** Every command that was accepted has an outcome, and none has one that nobody gave. */
function checkCommands({ id, operations, commands }: Case, report: Report): void {
  const outcomes = new Map(commands.map((command) => [command.cmd, command]))
  if (outcomes.size < commands.length) report('I3', 'a command has two outcomes')
  const given = new Map<string, Operation[]>()
  for (const operation of operations)
    if (operation.cmd !== undefined)
      given.set(operation.cmd, [...(given.get(operation.cmd) ?? []), operation])
  for (const [cmd, attempts] of given) {
    const [first] = attempts
    const wasAccepted = attempts.some(({ type, foreign }) => type === 'ok' && !foreign)
    const outcome = outcomes.get(cmd)
    if (wasAccepted && outcome === undefined) report('I5', `an accepted ${first!.f} has no outcome`)
    if (outcome !== undefined && attempts.every(({ type }) => type === 'fail'))
      report('I2', `a ${first!.f} took effect that was refused`)
    if (outcome !== undefined && outcome.account !== first!.account)
      report('I13', `a ${first!.f} of ${first!.account} was carried out for ${outcome.account}`)
  }
  for (const { cmd, type } of commands)
    if (cmd !== id && !given.has(cmd)) report('I2', `${type} took effect and nobody gave it`)
}
