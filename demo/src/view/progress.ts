import { setTimeout as delay } from 'node:timers/promises'
import { createLogUpdate } from 'log-update'
import type { Mailbox } from '../run/mailbox.js'
import { quantiles } from '../run/quantiles.js'
import type { Quantiles } from '../run/quantiles.js'
import type { Sent } from '../run/sent.js'
import type { Tally } from '../run/tally.js'

const BAR = 32
const TERMINAL_EVERY_MS = 250
const PLAIN_EVERY_MS = 2_000
/** Quantiles are of the newest so many mails. */
const WINDOW = 1_000
const SUBJECT = /^Subject: (.*)\r?$/im

export interface ShownRun {
  readonly title: string
  readonly links: string
  readonly total: number
  readonly sent: Sent
  readonly mailbox: Mailbox
  readonly tally: () => Promise<Tally>
  readonly restarts: () => number
}

/** Shows how a run goes until it is ended: redrawn in place in a terminal, a line now and then elsewhere. */
export function showProgress(run: ShownRun, output: NodeJS.WriteStream): { end(): Promise<void> } {
  const over = new AbortController()
  const shown = show(run, output, over.signal)
  return {
    async end() {
      over.abort()
      await shown
    },
  }
}

async function show(run: ShownRun, output: NodeJS.WriteStream, over: AbortSignal): Promise<void> {
  const draw = output.isTTY ? createLogUpdate(output) : undefined
  if (!draw) output.write(`${run.title}\n`)
  const startedAt = performance.now()
  let tally: Tally | undefined
  for (let isLast = false; ;) {
    // A tally that cannot be read now (Postgres is away) leaves the view as it was.
    tally = await run.tally().catch(() => tally)
    const lines = figuresOf(run, tally, startedAt)
    if (draw) draw([run.title, ...lines, ...sampleOf(run.mailbox), run.links].join('\n'))
    else output.write(`${lines.join(' | ')}\n`)
    if (isLast) break
    const pauseMs = draw ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS
    await delay(pauseMs, undefined, { signal: over }).catch(() => undefined)
    isLast = over.aborted
  }
  draw?.done()
}

function figuresOf(run: ShownRun, tally: Tally | undefined, startedAt: number): readonly string[] {
  const { total, sent, mailbox } = run
  const accepted = sent.accepted.size
  const refused = Object.values(sent.refused).reduce((sum, orders) => sum + orders, 0)
  const done = accepted + refused + sent.unanswered
  const seconds = Math.max(1, (sent.lastAnswerMs ?? 0) - startedAt) / 1_000
  const rejected = Object.entries(tally?.replay.rejected ?? {}).map(
    ([reason, orders]) => `${reason} ${orders}`,
  )
  const restarts = run.restarts() === 0 ? '' : `, services started again ${run.restarts()}`
  return [
    `${bar(done / total)} ${done}/${total} sent, ${Math.round(done / seconds)}/s`,
    `accepted ${accepted}, refused ${refused}, confirmed ${tally?.replay.confirmed ?? 0}, rejected ${rejected.join(', ') || 0}, notified ${mailbox.events.size}${restarts}`,
    `p50/p99 ms to confirmed ${pair(tally?.confirmedMs)}, to notified ${pair(notifiedMs(sent, mailbox))}`,
  ]
}

function sampleOf({ sample }: Mailbox): readonly string[] {
  if (sample === undefined) return []
  return [`mail to ${sample.to.join(', ')}: ${SUBJECT.exec(sample.raw)?.[1] ?? ''}`]
}

function notifiedMs({ accepted }: Sent, { events }: Mailbox): Quantiles | undefined {
  const times = [...events.values()].slice(-WINDOW).flatMap(({ orderId, firstAt }) => {
    const order = accepted.get(orderId)
    // A mail may come before the client has seen its 202.
    return order === undefined ? [] : [Math.max(0, firstAt - order.answeredAt)]
  })
  return times.length === 0 ? undefined : quantiles(times)
}

function pair(values: Quantiles | undefined): string {
  return values === undefined ? '-' : `${Math.round(values.p50)}/${Math.round(values.p99)}`
}

function bar(share: number): string {
  const full = Math.min(BAR, Math.round(share * BAR))
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`
}
