import { setTimeout as delay } from 'node:timers/promises'
import { createLogUpdate } from 'log-update'
import type { Mailbox } from '../run/mailbox.js'
import { quantiles } from '../run/quantiles.js'
import type { Sent } from '../run/sent.js'
import type { Tally } from '../run/tally.js'

const BAR = 32
const TERMINAL_EVERY_MS = 200
const PLAIN_EVERY_MS = 2_000
/** Quantiles are of the newest so many values. */
const WINDOW = 2_000

/** Shows how a run goes until `signal` aborts: redrawn in place in a terminal, a line now and then elsewhere. */
export async function showProgress(
  run: {
    readonly title: string
    readonly total: number | undefined
    readonly sent: Sent
    readonly mailbox: Mailbox
    readonly tally: () => Promise<Tally>
  },
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const live = output.isTTY
  const draw = live ? createLogUpdate(output) : undefined
  const startedAt = performance.now()
  let lastTally: Tally | undefined
  for (let last = false; ;) {
    // A tally that cannot be read now (Postgres is away) leaves the view as it was.
    lastTally = await run.tally().catch(() => lastTally)
    const lines = linesOf(run, lastTally, (performance.now() - startedAt) / 1_000)
    if (draw) draw(lines.join('\n'))
    else output.write(`${lines.slice(1).join(' | ')}\n`)
    if (last) break
    await delay(live ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS, undefined, { signal }).catch(() => undefined)
    last = signal.aborted
  }
  draw?.done()
}

function linesOf(
  { title, total, sent, mailbox }: Parameters<typeof showProgress>[0],
  tally: Tally | undefined,
  seconds: number,
): string[] {
  const accepted = sent.accepted.size
  const refused = Object.values(sent.refused).reduce((sum, count) => sum + count, 0)
  const done = accepted + refused + sent.unanswered
  const rejected = Object.entries(tally?.rejected ?? {}).map(([reason, count]) => `${reason} ${count}`)
  return [
    title,
    total === undefined
      ? `${accepted} accepted`
      : `${bar(done / total)} ${done}/${total} sent, ${Math.round(done / Math.max(seconds, 0.001))}/s`,
    `accepted ${accepted}, refused ${refused}, confirmed ${tally?.confirmed ?? 0}, rejected ${rejected.join(', ') || 0}, notified ${mailbox.firstMailAt.size}`,
    `p50/p99 ms: confirmed ${pair(tally?.decidedMs)}, notified ${pair(notifiedMs(sent, mailbox))}`,
  ]
}

function notifiedMs(sent: Sent, mailbox: Mailbox) {
  const recent = [...mailbox.firstMailAt].slice(-WINDOW)
  return quantiles(
    recent.flatMap(([id, at]) => (sent.accepted.has(id) ? [at - sent.accepted.get(id)!.answeredAt] : [])),
  )
}

function pair(values: { readonly p50: number; readonly p99: number } | undefined): string {
  return values === undefined ? '-' : `${Math.round(values.p50)}/${Math.round(values.p99)}`
}

function bar(share: number): string {
  const full = Math.min(BAR, Math.round(share * BAR))
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`
}
