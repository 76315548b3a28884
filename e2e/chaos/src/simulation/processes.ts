import { createSqsCommandQueue } from '@comanda/order-api/dist/src/adapters/sqs/command-queue.js'
import { createOrderCommands } from '@comanda/order-api/dist/src/domain/order-commands.js'
import type { OrderCommandUseCase } from '@comanda/order-api/dist/src/domain/order-commands.js'
import { createPlaceOrder } from '@comanda/order-api/dist/src/domain/place-order.js'
import type { PlaceOrderUseCase } from '@comanda/order-api/dist/src/domain/place-order.js'
import { createProductCommands } from '@comanda/order-api/dist/src/domain/product-commands.js'
import type { ProductCommandUseCase } from '@comanda/order-api/dist/src/domain/product-commands.js'
import { createReceipts } from '@comanda/order-api/dist/src/domain/receipt.js'
import { createCommandHandler } from '@comanda/order-worker/dist/src/adapters/sqs/command-handler.js'
import { createEventRelay } from '@comanda/order-worker/dist/src/adapters/sqs/event-relay.js'
import { createParking } from '@comanda/order-worker/dist/src/adapters/sqs/park-messages.js'
import { StoreError } from '@comanda/order-worker/dist/src/domain/ports.js'
import { keyOwnerKey } from '@comanda/order-worker/dist/src/domain/world.js'
import { createEventHandler } from '@comanda/notifier/dist/src/adapters/sqs/event-handler.js'
import { createResultRecorder } from '@comanda/notifier/dist/src/adapters/postgres/result-recorder.js'
import { createEmailChannel } from '@comanda/notifier/dist/src/domain/email-channel.js'
import { createOutageGate } from '@comanda/notifier/dist/src/domain/outage-gate.js'
import type { OutgoingMail } from '@comanda/notifier/dist/src/domain/outgoing-mail.js'
import type { DeliveryStore, SendOutcome } from '@comanda/notifier/dist/src/domain/ports.js'
import { createSender } from '@comanda/notifier/dist/src/domain/sender.js'
import { takeEvents } from '@comanda/notifier/dist/src/domain/take-events.js'
import { createEntrySender, createQueueConsumer, createSqsSender } from '@comanda/shared/sqs'
import type { QueueConsumerOptions } from '@comanda/shared/sqs'
import type { Random } from '../load/random.js'
import type { MemoryOrders } from './memory-orders.js'
import type { QueueModel } from './queue-model.js'

/** What the simulated processes stand on. */
export interface Ground {
  readonly queues: QueueModel
  readonly orders: MemoryOrders
  readonly deliveries: DeliveryStore
  readonly mail: (mail: OutgoingMail) => Promise<SendOutcome>
  readonly random: Random
}

export interface SimulatedApi {
  readonly place: PlaceOrderUseCase
  readonly command: OrderCommandUseCase
  readonly product: ProductCommandUseCase
}

export const ORDERS_QUEUE = 'http://queues/orders'
export const EVENTS_QUEUE = 'http://queues/events'

/** Listens to everything and says nothing. */
function deaf(): never {
  return new Proxy({}, { get: () => () => undefined }) as never
}

function consuming(
  queueUrl: string,
  { queues }: Ground,
  isAlive: () => boolean,
): Omit<QueueConsumerOptions, 'name' | 'handle' | 'park' | 'dependency'> {
  const client = queues.client(isAlive)
  return {
    queueUrl,
    pollClient: client,
    workClient: client,
    observer: deaf(),
    batchSize: 20,
    concurrency: 2,
    maxInHand: 100,
    maxPollers: 2,
    waitTimeSeconds: 5,
    visibilityTimeoutSeconds: 6,
    heartbeatSeconds: 2,
    maxHandlingSeconds: 30,
    backoffSeconds: { first: 1, max: 4 },
    parkingBurst: { count: 1_000, windowMs: 60_000, pauseMs: 60_000 },
  }
}

/** order-api from its use cases to its lanes. */
export function startApi(ground: Ground, isAlive: () => boolean): SimulatedApi {
  const { orders, random } = ground
  const now = () => new Date()
  const receipts = createReceipts({ sign: 'v1', keys: new Map([['v1', Buffer.alloc(32, 1)]]) })
  const queue = createSqsCommandQueue({
    sender: createSqsSender({ client: ground.queues.client(isAlive), queueUrl: ORDERS_QUEUE }),
    keyOwners: {
      // Postgres cannot always be asked in time; then the worker is the judge.
      ownersOf: (claims) =>
        Promise.resolve(
          random.chance(0.5)
            ? undefined
            : claims.map(({ account, actor, key }) => {
                const owner = orders.keyOwners.get(keyOwnerKey(account, actor, key))
                return owner !== undefined && orders.orders.has(owner) ? owner : undefined
              }),
        ),
    },
    fifo: false,
    lanes: { min: 2, max: 4 },
    maxWaiting: 200,
    maxWaitingBytes: 16 * 1_024 * 1_024,
    budgetMs: 1_800,
    onDeparture: () => undefined,
  })
  return {
    place: createPlaceOrder({ queue, receipts, lossDetector: deaf(), now, onAccepted: () => undefined }),
    command: createOrderCommands({
      orders: {
        head({ account, actor }, id) {
          const order = orders.orders.get(id)
          const isTheirs = order?.account === account && (actor === undefined || order.actor === actor)
          return Promise.resolve(
            order === undefined || !isTheirs
              ? undefined
              : { id, status: order.status, version: order.version, acceptedAt: new Date(order.acceptedAt) },
          )
        },
      },
      queue,
      receipts,
      now,
    }),
    product: createProductCommands({ queue, now }),
  }
}

/** order-worker: consumer, handler, parking and relay as its composition root wires them. */
export function startWorker(ground: Ground, isAlive: () => boolean): void {
  const { store, outbox } = ground.orders.connect(isAlive)
  const sender = createSqsSender({ client: ground.queues.client(isAlive), queueUrl: EVENTS_QUEUE })
  const relay = createEventRelay({
    sender: createEntrySender(sender),
    outbox,
    observer: deaf(),
    fifo: false,
    maxLanes: 2,
    maxWaiting: 1_000,
    sweepIntervalMs: 500,
    sweepAfterMs: 1_000,
  })
  relay.start()
  createQueueConsumer({
    ...consuming(ORDERS_QUEUE, ground, isAlive),
    name: 'orders',
    handle: createCommandHandler({ store, relay, observer: deaf() }),
    park: createParking({ store, relay, queue: 'orders' }),
    dependency: {
      isAway: (error) => error instanceof StoreError && error.code === 'away',
      probe: () => store.isReachable(),
    },
  }).start()
}

/** Mails of one notifier under way at once: results are recorded at once here, so a crash doubles no more. */
export const MAILS_AT_ONCE = 4

/** notifier: consumer, handler, sender and recorder as its composition root wires them. */
export function startNotifier(ground: Ground, isAlive: () => boolean): void {
  const { random } = ground
  const store = hangingWhenDead(ground.deliveries, isAlive)
  const recorder = createResultRecorder({ store, maxWaiting: 50, onFailure: () => undefined })
  const channel = createEmailChannel({
    transport: { send: (mail) => (isAlive() ? ground.mail(mail) : new Promise(() => undefined)) },
    layout: { html: () => '', text: () => '' },
    shopName: 'The Gift Shop',
    sender: 'orders@shop.example',
  })
  const sender = createSender({
    channel,
    store,
    recorder,
    observer: deaf(),
    gate: createOutageGate({ threshold: 5, firstPauseMs: 1_000, maxPauseMs: 30_000 }),
    concurrency: MAILS_AT_ONCE,
    maxInHand: 50,
    leaseMs: 6_000,
    sendTimeoutMs: 2_000,
    now: () => performance.now(),
    random: () => random.next(),
  })
  setInterval(() => void sender.sweep(), 500)
  createQueueConsumer({
    ...consuming(EVENTS_QUEUE, ground, isAlive),
    name: 'order-events',
    handle: createEventHandler(async (events) => {
      await takeEvents(events, { channels: [{ channel, sender }], store, leaseMs: 6_000 })
    }),
    park: () => Promise.resolve(),
    dependency: { isAway: () => false, probe: () => Promise.resolve(true) },
  }).start()
}

/** The store as a process sees it: once the process is dead, nothing of it is carried out or answered. */
function hangingWhenDead(store: DeliveryStore, isAlive: () => boolean): DeliveryStore {
  const never = () => new Promise<never>(() => undefined)
  const ask = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (!isAlive()) return never()
    const result = await work()
    return isAlive() ? result : never()
  }
  return {
    store: (deliveries, terms) => ask(() => store.store(deliveries, terms)),
    claimDue: (channel, limit, leaseMs) => ask(() => store.claimDue(channel, limit, leaseMs)),
    record: (results) => ask(() => store.record(results)),
  }
}
