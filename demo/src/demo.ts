import { access, constants, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedTarget } from '@comanda/e2e/targets'
import type { EmbeddedTarget } from '@comanda/e2e/targets'
import { UsageError } from './options.js'
import type { Options } from './options.js'
import type { Invoice } from './retail/invoice.js'
import { readInvoices } from './retail/read-invoices.js'
import { expectationOf, planStock } from './retail/stock-plan.js'
import { keptFolder } from './run/data-folder.js'
import { openDatabase } from './run/database.js'
import type { Database } from './run/database.js'
import { drained } from './run/drained.js'
import { loadCatalog } from './run/load-catalog.js'
import { watchMails } from './run/mailbox.js'
import { isFree } from './run/ports.js'
import { MOST_UNDER_WAY, replay } from './run/replay.js'
import { createSent } from './run/sent.js'
import { createStorefront } from './run/storefront.js'
import { readTally } from './run/tally.js'
import { judge } from './run/verdict.js'
import type { Report } from './run/verdict.js'
import { ownOrderLines } from './view/own-order.js'
import { plainText } from './view/plain-text.js'
import { showProgress } from './view/progress.js'
import { summaryOf } from './view/summary.js'

const ACCOUNT = 'giftshop'
const STOREFRONT = {
  clientId: 'storefront',
  account: ACCOUNT,
  scopes: ['orders:read', 'orders:write', 'orders:price', 'catalog:read', 'catalog:write'],
  expiresInSeconds: 12 * 3_600,
}
const DRAIN_MS = 300_000
/** Orderly stops wait this long for work in the queues: the emulator's state ends with it. */
const STOP_DRAIN_MS = 30_000

/**
 * The demo: starts everything, replays the invoices, prints the verdict and, unless it runs once, stays up until `stop`
 * aborts. Resolves with the report, or undefined where it was stopped before. Leaves nothing running in any case.
 */
export async function runDemo(
  options: Options,
  output: NodeJS.WriteStream,
  stop: AbortSignal,
): Promise<Report | undefined> {
  const invoices = (await readInvoices(options.data)).slice(0, options.orders)
  await checkUse(options)
  const say = (line: string) => output.write(`${line}\n`)
  say(`Starting Postgres, the SQS emulator, the issuer, the mail sink and the three services ...`)
  const issuerPort = options.port + 1
  const target = await startEmbeddedTarget({
    apiPort: options.port,
    clientIds: [STOREFRONT.clientId],
    issuer: { handsOut: STOREFRONT, ...((await isFree(issuerPort)) ? { port: issuerPort } : {}) },
    keepMails: 100,
    ...(options.keep ? { folder: await keptFolder() } : {}),
  })
  const database = openDatabase(target.databaseUrl)
  try {
    return await replayAndJudge(options, invoices, target, database, output, stop)
  } finally {
    if (options.keep) await drained(target, database, STOP_DRAIN_MS)
    await database.close()
    await target.stop()
    if (options.keep) say(`The data stays in ${target.folder}; "npm start -- --keep" goes on from it.`)
  }
}

async function replayAndJudge(
  options: Options,
  invoices: readonly Invoice[],
  target: EmbeddedTarget,
  database: Database,
  output: NodeJS.WriteStream,
  stop: AbortSignal,
): Promise<Report | undefined> {
  const say = (line: string) => output.write(`${line}\n`)
  const storefront = createStorefront(target.apiUrl, await target.token(STOREFRONT), MOST_UNDER_WAY)
  const sent = createSent()
  const mailbox = watchMails(target)
  const products = planStock(invoices)
  say(`Loading ${products.length} products and their stock over the API ...`)
  await loadCatalog(storefront, database, ACCOUNT, products)

  const shown = { sent, mailbox, tally: () => readTally(database, ACCOUNT) }
  const over = new AbortController()
  const title = `Replaying ${invoices.length} real invoices at ${options.rate === 'max' ? 'full speed' : `${options.rate}/s`} on ${target.apiUrl}`
  if (!output.isTTY) say(title)
  const view = showProgress({ ...shown, title, total: invoices.length }, output, over.signal)
  const startedAt = performance.now()
  await replay(invoices, options.rate, storefront, sent, stop)
  const isDrained = await drained(target, database, stop.aborted ? STOP_DRAIN_MS : DRAIN_MS)
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10
  over.abort()
  await view
  await storefront.close()
  if (stop.aborted) return undefined

  const report = await judge({
    database,
    account: ACCOUNT,
    expected: expectationOf(invoices),
    sent,
    mailbox,
    drained: isDrained,
    seconds,
  })
  if (mailbox.sample !== undefined) say(`\nOne of the mails:\n\n${indent(plainText(mailbox.sample))}`)
  say(`\n${summaryOf(report)}\n`)
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`)
  if (options.once) return report

  say(ownOrderLines(target.apiUrl, target.issuer.url, target.folder))
  await stayUp(target, database, output, stop)
  return report
}

/** Shows the counters of all orders, the user's own among them, whenever they change, until `stop` aborts. */
async function stayUp(
  target: EmbeddedTarget,
  database: Database,
  output: NodeJS.WriteStream,
  stop: AbortSignal,
): Promise<void> {
  let before = ''
  let mails = -1
  while (!stop.aborted) {
    const tally = await readTally(database, ACCOUNT).catch(() => undefined)
    if (tally !== undefined) {
      const rejected = Object.values(tally.rejected).reduce((sum, count) => sum + count, 0)
      const line = `orders: ${tally.confirmed} confirmed, ${rejected} rejected, ${tally.cancelled} cancelled`
      if (before !== '' && line !== before) output.write(`${line}\n`)
      before = line
    }
    const received = target.mailSink.received
    const newest = received.at(-1)
    if (mails !== -1 && newest !== undefined && newest.receivedAt > mails)
      output.write(`\n${indent(plainText(newest))}\n\n`)
    mails = newest?.receivedAt ?? 0
    await delay(500, undefined, { signal: stop }).catch(() => undefined)
  }
}

/** Finds out what would fail later, before anything is started. */
async function checkUse({ port, report }: Options): Promise<void> {
  if (!(await isFree(port))) throw new UsageError(`Port ${port} is in use. Choose another one with --port.`)
  if (report === undefined) return
  await access(dirname(report), constants.W_OK).catch(() => {
    throw new UsageError(
      `The report cannot be written to ${report}: its folder is not there or not writable.`,
    )
  })
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
