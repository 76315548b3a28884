import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { readHistory } from '../checker/read-history.js'
import { shown } from './answers.js'
import { createBook } from './book.js'
import { openHistory } from './history-file.js'
import { createHttpClient } from './http.js'
import type { LoadAnswer, LoadRequest, LoadSettings } from './load-settings.js'
import { createOperations } from './operations.js'
import { createPoisoner } from './poison.js'
import { createRandom } from './random.js'
import { seedCatalog } from './seed-catalog.js'
import { createShopfront } from './shopfront.js'

/**
 * The load client as a process of its own: `node load-main.js SETTINGS`. It does what its parent sends it, one request
 * at a time, and answers when that is done. The history is all that it leaves behind.
 */
const ANSWER_TIMEOUT_MS = 8_000
/** Requests under way at once; when the API is slower than the schedule, the schedule waits. */
const MOST_UNDER_WAY = 400
const LAST_READS_AT_ONCE = 32
const LAST_READ_TRIES = 50

const settings = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as LoadSettings
const history = await openHistory(settings.historyFile)
const clients = settings.apiUrls.map((url) => createHttpClient(url, ANSWER_TIMEOUT_MS))
const shopfront = createShopfront({ history, clients })
const book = createBook()
const poisoner = createPoisoner(settings, shopfront)
const operations = createOperations({ settings, shopfront, book, poisoner })
let number = 0
let halting = new AbortController()

type LoadPhase = Extract<LoadRequest, { do: 'load' }>

/** Begins operations by the clock, whatever the answers do, up to the most that may be under way. */
async function load({ ms, rate, mix = settings.mix, count = Infinity }: LoadPhase): Promise<void> {
  const startedAt = performance.now()
  const underWay = new Set<Promise<unknown>>()
  halting = new AbortController()
  // One of each kind in every run, however short it is.
  if (settings.poisonFirst)
    for (const kind of settings.poison)
      await poisoner.send(++number, createRandom(`${settings.seed} ${kind}`), kind)
  for (let begun = 0; !halting.signal.aborted && begun < count; begun += 1) {
    const dueAt = startedAt + (begun * 1_000) / rate
    if (dueAt > startedAt + ms) break
    const aheadMs = dueAt - performance.now()
    if (aheadMs > 1) await delay(aheadMs)
    while (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay)
    const random = createRandom(`${settings.seed} operation ${++number}`)
    const operation = operations[random.weighted(mix)](number, random).finally(() =>
      underWay.delete(operation),
    )
    underWay.add(operation)
  }
  await Promise.all(underWay)
}

/** Reads every order once more that was ever answered 202. */
async function readAll(): Promise<void> {
  await history.flush()
  const accepted = new Map<string, string>()
  for await (const { f, type, id, account, actor } of readHistory(settings.historyFile))
    if (f === 'place' && type === 'ok') accepted.set(id!, `${account}/${actor}`)
  const callers = new Map(settings.callers.map((caller) => [`${caller.account}/${caller.actor}`, caller]))
  const waiting = accepted.entries()
  const readNext = async () => {
    for (const [id, by] of waiting) {
      for (let tried = 0; tried < LAST_READ_TRIES; tried += 1) {
        const answer = await shopfront.ask(
          callers.get(by)!,
          { f: 'final-get', id },
          { method: 'GET', path: `/v1/orders/${id}` },
          shown,
        )
        if (answer !== undefined) break
        await delay(100)
      }
    }
  }
  await Promise.all(Array.from({ length: LAST_READS_AT_ONCE }, readNext))
}

async function carryOut(request: LoadRequest): Promise<void> {
  if (request.do === 'seed') await seedCatalog(settings, shopfront)
  else if (request.do === 'load') await load(request)
  else if (request.do === 'read-all') await readAll()
  else {
    poisoner.close()
    await history.close()
  }
}

process.on('message', (request: LoadRequest) => {
  if (request.do === 'halt' || request.do === 'stop') halting.abort()
  if (request.do === 'halt') return
  carryOut(request).then(
    () => {
      const answer: LoadAnswer = {
        done: request.do,
        operations: shopfront.operations,
        answers: { ...shopfront.answers },
      }
      process.send?.(answer)
      if (request.do === 'stop') process.disconnect()
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      process.exit(1)
    },
  )
})
process.once('disconnect', () => process.exit(0))
