import type { Books } from './books.js'
import type { Case, Report } from './check-order.js'
import { expectedEventId } from './identity.js'
import type { OrderRow, TimelineRow } from './records.js'
import { HOLDS_STOCK, eventTypeOf, isLegal } from './states.js'

/** A stored order by itself: I3, I6, I7, I8, I12, I13, I14. */
export function checkRow(row: OrderRow, orderCase: Case, report: Report, books: Books): void {
  checkTimeline(row, orderCase, report)
  checkStock(row, report)
  checkEvents(row, orderCase, report, books)
  if (!row.sumsAgree) report('I6', 'its total is not the sum of its lines')
  const isReused = row.reason === 'idempotency_key_reused'
  const ownsKey = orderCase.keyOwners.length > 0
  if (row.key !== null && isReused === ownsKey)
    report('I12', isReused ? 'rejected for a key that it owns' : 'stands without owning its key')
}

function checkTimeline(
  { timeline, version, status, actor }: OrderRow,
  orderCase: Case,
  report: Report,
): void {
  let stands: string | undefined
  for (const [index, entry] of timeline.entries()) {
    if (entry.version !== index + 1) report('I7', `version ${entry.version} stands where ${index + 1} should`)
    if (entry.refused !== null) {
      if (entry.status !== stands)
        report('I7', `a refused ${entry.refused} moved the order to ${entry.status}`)
    } else {
      if (!isLegal(stands, entry.status)) report('I7', `went from ${stands ?? 'nothing'} to ${entry.status}`)
      if (stands === 'cancelled' && entry.status === 'confirmed') report('I14', 'confirmed after its cancel')
      stands = entry.status
    }
  }
  if (timeline.length !== version) report('I6', `version ${version} with ${timeline.length} timeline rows`)
  if (stands !== undefined && stands !== status) report('I6', `${status}, but its timeline ends ${stands}`)
  const actors = new Set(
    orderCase.operations.filter(({ foreign }) => !foreign).map((operation) => operation.actor),
  )
  for (const entry of timeline)
    if (entry.actor !== actor && !actors.has(entry.actor))
      report('I13', `${entry.actor} moved it, who is nobody of its account`)
}

function checkStock({ status, wanted, movements, timeline }: OrderRow, report: Report): void {
  const seen = new Set<string>()
  const held = new Map<string, number>()
  const sold = new Map<string, number>()
  for (const { kind, sku, quantity } of movements) {
    const name = `${kind} ${sku}`
    if (seen.has(name)) report('I3', `moved the stock of ${sku} twice (${kind})`)
    seen.add(name)
    held.set(sku, (held.get(sku) ?? 0) + quantity)
    if (kind === 'sold') sold.set(sku, (sold.get(sku) ?? 0) - quantity)
  }
  const wasConfirmed = timeline.some((entry) => entry.refused === null && entry.status === 'confirmed')
  if (wasConfirmed && !sameQuantities(sold, new Map(Object.entries(wanted))))
    report('I6', 'confirmed, and what was sold is not what its lines say')
  if (!wasConfirmed && movements.length > 0) report('I6', `moved stock, and was never confirmed`)
  const holds = HOLDS_STOCK.has(status)
  if (!holds && [...held.values()].some((quantity) => quantity !== 0))
    report(status === 'cancelled' ? 'I14' : 'I6', `${status}, and still holds stock`)
  if (holds && movements.some(({ kind }) => kind === 'returned'))
    report('I14', `${status}, and gave stock back`)
}

function sameQuantities(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([sku, quantity]) => other.get(sku) === quantity)
}

/** A move is announced once, under the id that is its own; a refusal is not. */
function checkEvents(
  { id, timeline }: OrderRow,
  { published, outbox }: Case,
  report: Report,
  { eventsSeen }: Books,
): void {
  const moves = new Map(timeline.filter(isMove).map((entry) => [expectedEventId(id, entry.version), entry]))
  const known = new Set([...published, ...outbox].map(({ event }) => event))
  for (const [event, entry] of moves)
    if (eventsSeen && !known.has(event))
      report('I8', `its move to ${entry.status} (version ${entry.version}) was never published`)
  for (const { event, type, version } of published) {
    const entry = moves.get(event)
    if (entry === undefined) report('I6', `published ${type} of version ${version}, which is no move of it`)
    else if (eventTypeOf(entry.status) !== type || entry.version !== version)
      report('I8', `published ${type} (version ${version}) for its move to ${entry.status}`)
  }
  const decisions = new Set(
    published.filter(({ type }) => /\.(confirmed|rejected)\.v1$/.test(type)).map(({ event }) => event),
  )
  if (decisions.size > 1) report('I3', `${decisions.size} decisions were published`)
  if (outbox.length > 0) report('I8', `${outbox.length} events still wait in the outbox`)
}

function isMove({ refused }: TimelineRow): boolean {
  return refused === null
}
