import { writeFile } from 'node:fs/promises'
import type { Options } from './options.js'
import { expectationOf } from './retail/expectation.js'
import type { Invoice } from './retail/invoice.js'
import { readInvoices } from './retail/read-invoices.js'
import { planStock } from './retail/stock-plan.js'
import { checkUse } from './run/check-use.js'
import { openDatabase } from './run/database.js'
import type { Database } from './run/database.js'
import { drained } from './run/drained.js'
import { install } from './run/installation.js'
import type { Installation } from './run/installation.js'
import { loadCatalog } from './run/load-catalog.js'
import { watchMails } from './run/mailbox.js'
import type { Mailbox } from './run/mailbox.js'
import { CONNECTIONS, replay } from './run/replay.js'
import type { Report } from './run/report.js'
import { createSent } from './run/sent.js'
import { createStorefront } from './run/storefront.js'
import type { Storefront } from './run/storefront.js'
import { readTally } from './run/tally.js'
import { judge } from './run/verdict.js'
import { indent } from './view/indent.js'
import { mailText } from './view/mail-text.js'
import { linksOf, ownOrderLines } from './view/own-order.js'
import { showProgress } from './view/progress.js'
import { stayUp } from './view/stay-up.js'
import { summaryOf } from './view/summary.js'

const ACCOUNT = 'giftshop'
const STOREFRONT = {
  clientId: 'storefront',
  account: ACCOUNT,
  scopes: ['orders:read', 'orders:write', 'orders:price', 'catalog:read', 'catalog:write'],
  expiresInSeconds: 12 * 3_600,
}
/** What a person's curl gets: the catalog's prices, and everything that can be done with an order. */
const VISITOR = {
  ...STOREFRONT,
  scopes: ['orders:read', 'orders:write', 'orders:fulfil', 'catalog:read', 'catalog:write'],
}
/** Longest wait for the end of all work before the verdict; the whole set takes about a minute on two cores. */
const DRAIN_MS = 300_000
/** Orderly stops of a kept installation wait this long for work in the queues: the emulator's state ends with it. */
const STOP_DRAIN_MS = 30_000

interface Run {
  readonly options: Options
  readonly invoices: readonly Invoice[]
  readonly target: Installation
  readonly database: Database
  readonly storefront: Storefront
  readonly mailbox: Mailbox
  readonly output: NodeJS.WriteStream
  readonly stop: AbortSignal
}

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
  try {
    return await startAndReplay(options, invoices, output, stop)
  } catch (error) {
    if (stop.aborted) return undefined
    throw error
  }
}

async function startAndReplay(
  options: Options,
  invoices: readonly Invoice[],
  output: NodeJS.WriteStream,
  stop: AbortSignal,
): Promise<Report | undefined> {
  output.write('Starting Postgres, the SQS emulator, the issuer, the mail sink and the three services ...\n')
  const target = await install(options, {
    clientIds: [STOREFRONT.clientId],
    handsOut: VISITOR,
    signal: stop,
  })
  const database = openDatabase(target.databaseUrl)
  const storefront = createStorefront({
    apiUrl: target.apiUrl,
    token: await target.token(STOREFRONT),
    connections: CONNECTIONS,
    stop,
  })
  const run = { options, invoices, target, database, storefront, mailbox: watchMails(target), output, stop }
  try {
    return await replayAndStay(run)
  } finally {
    await storefront.close()
    if (options.keep) await leaveFolder(run)
    await database.close()
    await target.stop()
  }
}

async function replayAndStay(run: Run): Promise<Report | undefined> {
  const { options, target, output } = run
  const report = await replayAndJudge(run)
  if (report === undefined) return undefined
  if (run.mailbox.sample !== undefined)
    output.write(`\nOne of the mails:\n\n${indent(await mailText(run.mailbox.sample))}\n`)
  output.write(`\n${summaryOf(report)}\n`)
  if (report.verdict !== 'clean' && !options.keep) output.write(`  logs       ${await target.saveLogs()}\n`)
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`)
  if (options.once) return report

  output.write(`\n${ownOrderLines(target)}\n`)
  await stayUp(run, ACCOUNT)
  return report
}

async function replayAndJudge(run: Run): Promise<Report | undefined> {
  const { options, invoices, target, database, storefront, mailbox, output, stop } = run
  const products = planStock(invoices)
  output.write(`Loading ${products.length} products and their stock over the API ...\n`)
  await loadCatalog({ api: storefront.client, database, account: ACCOUNT, stop }, products)

  const sent = createSent()
  const speed = options.rate === 'max' ? 'full speed' : `${options.rate}/s`
  const progress = showProgress(
    {
      title: `Replaying ${invoices.length} real invoices at ${speed}`,
      links: linksOf(target),
      total: invoices.length,
      sent,
      mailbox,
      tally: () => readTally(database, ACCOUNT),
      restarts: () => target.restarts(),
    },
    output,
  )
  const startedAtMs = Date.now()
  await replay(invoices, options.rate, storefront, sent, stop)
  const isDrained = await drained(target, database, DRAIN_MS, stop)
  const seconds = Math.round((Date.now() - startedAtMs) / 100) / 10
  if (!stop.aborted) await target.mailsTold()
  await progress.end()
  if (stop.aborted) return undefined
  return judge({
    database,
    account: ACCOUNT,
    expected: expectationOf(invoices),
    sent,
    mailbox,
    drained: isDrained,
    startedAtMs,
    restarts: target.restarts(),
    seconds,
  })
}

/** The emulator keeps its messages in memory: what is queued is worked off before it ends. */
async function leaveFolder({ target, database, output }: Run): Promise<void> {
  if (!(await drained(target, database, STOP_DRAIN_MS)))
    output.write(
      `Work was left in the queues after ${STOP_DRAIN_MS / 1_000} s and is lost with the emulator.\n`,
    )
  output.write(
    `The data stays in ${target.logsAt.replace(/\/logs$/, '')}; the same command goes on from it.\n`,
  )
}
