import { createMemoryDeliveryStore } from '@comanda/notifier/dist/src/adapters/memory/delivery-store.js'
import { checkPartition } from '../checker/check-partition.js'
import type { Decider } from '@comanda/order-worker/dist/src/domain/ports.js'
import { createBooks } from '../checker/books.js'
import type { Findings } from '../checker/findings.js'
import type { MailCause } from '../checker/mail-copies.js'
import type { Tally } from '../checker/tally.js'
import { createRandom } from '../load/random.js'
import type { Random } from '../load/random.js'
import { createMemoryOrders } from './memory-orders.js'
import { MAILS_AT_ONCE, startApi, startNotifier, startWorker } from './processes.js'
import type { Ground } from './processes.js'
import { createQueueModel } from './queue-model.js'
import { recordsOf } from './simulated-records.js'
import type { SimulatedMail } from './simulated-records.js'
import { createSimulatedClients } from './simulated-clients.js'
import { takeOverTime } from './virtual-time.js'
import type { VirtualTime } from './virtual-time.js'

/** What a simulated run came to. */
export interface Simulated {
  readonly seed: string
  readonly findings: Findings
  readonly tally: Tally
  readonly drained: boolean
  /** Virtual time that passed. */
  readonly virtualMs: number
}

const LOAD_MS = 12_000
const OPERATIONS = 40
const DRAIN_STEP_MS = 5_000
const DRAIN_STEPS = 80

/**
 * The real handlers of the three services in one process, on a clock that a seed moves: queues that duplicate, delay,
 * reorder and fail by halves, a store that loses commits' answers, processes that die anywhere. One connection's worth of
 * database: it shows every order of events, but no race between locks. `decide` replaces the worker's decisions, to see
 * whether wrong ones are found.
 */
export async function simulate(seed: string, decide?: Decider): Promise<Simulated> {
  const random = createRandom(`simulation ${seed}`)
  const time = takeOverTime(random)
  try {
    return await simulateIn(time, random, seed, decide)
  } finally {
    time.restore()
  }
}

async function simulateIn(
  time: VirtualTime,
  random: Random,
  seed: string,
  decide: Decider | undefined,
): Promise<Simulated> {
  const published: string[] = []
  const mails: SimulatedMail[] = []
  const trouble = { on: true, mailCauses: [] as MailCause[] }
  const causes = (what: string, most: number) =>
    trouble.mailCauses.push({ what, most, from: time.now(), to: time.now() })
  const ground: Ground = {
    queues: createQueueModel(time, random, (queue, body) => {
      if (queue === 'events') published.push(body)
    }),
    orders: createMemoryOrders(time, random, decide),
    deliveries: createMemoryDeliveryStore(() => time.now()),
    async mail(mail) {
      await time.wait(random.below(30))
      if (trouble.on && random.chance(0.05)) return { kind: 'no_answer', reason: 'ETIMEDOUT' }
      mails.push({ ...mail, at: time.now() })
      // Taken, and the answer lost.
      if (trouble.on && random.chance(0.03)) {
        causes('a lost answer', 1)
        return { kind: 'no_answer', reason: 'ETIMEDOUT' }
      }
      return { kind: 'sent' }
    },
    random,
  }

  let births = 0
  const running: { name: string; alive: boolean; start: (isAlive: () => boolean) => void }[] = []
  const give = (start: (isAlive: () => boolean) => void) => {
    const process = { name: `process ${++births}`, alive: true, start }
    running.push(process)
    time.asProcess(process.name, () => start(() => process.alive))
  }
  const apis = new Map<number, ReturnType<typeof startApi>>()
  for (const slot of [0, 1]) {
    give((isAlive) => void apis.set(slot, startApi(ground, isAlive)))
    give((isAlive) => startWorker(ground, isAlive))
    give((isAlive) => startNotifier(ground, isAlive))
  }
  const crash = () => {
    const [process] = running.splice(random.below(running.length), 1)
    process!.alive = false
    time.end(process!.name)
    causes(process!.name, MAILS_AT_ONCE)
    setTimeout(() => give(process!.start), 200 + random.below(1_500))
  }

  const clients = createSimulatedClients({ ground, api: () => apis.get(random.below(2))!, time, seed })
  await time.pass(1)
  clients.seed()
  await time.pass(3_000)
  for (let number = 1; number <= OPERATIONS; number += 1) {
    clients.operate(number)
    if (random.chance(0.1)) crash()
    await time.pass(random.below((2 * LOAD_MS) / OPERATIONS))
  }

  trouble.on = false
  ground.queues.calm()
  ground.orders.calm()
  const rows = (ground.deliveries as ReturnType<typeof createMemoryDeliveryStore>).rows
  const isDone = () =>
    ground.queues.depth('orders') + ground.queues.depth('events') + ground.orders.waiting.size === 0 &&
    rows.every(({ status }) => status !== 'pending')
  let drained = false
  for (let step = 0; step < DRAIN_STEPS && !drained; step += 1) {
    await time.pass(DRAIN_STEP_MS)
    drained = isDone()
  }
  clients.readAll()

  const books = createBooks()
  const { findings, tally, stock, copies } = books
  const records = recordsOf({ ground, operations: clients.operations, published, mails, rows })
  checkPartition(records, books)
  stock.check(
    [...ground.orders.products].flatMap(([account, catalog]) =>
      [...catalog.values()].map(({ sku, available }) => ({ account, sku, available })),
    ),
    findings,
  )
  copies.check(trouble.mailCauses, findings)
  return { seed, findings, tally, drained, virtualMs: time.now() }
}
