import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createQueues, freePort } from '@comanda/e2e/embedded'
import type { Queues } from '@comanda/e2e/embedded'
import { createTemporaryFolder } from '../host/temporary-folder.js'
import { startMailSinkProcess } from '../load/start-mail-sink.js'
import type { StartedMailSink } from '../load/start-mail-sink.js'
import { startCountingEmulator } from '../queue/start-queue.js'
import type { CountingQueue } from '../queue/start-queue.js'
import type { BenchDatabase } from './database.js'
import { receiptKeys } from './receipt-keys.js'
import { startService } from './services.js'
import type { RunningProcess, ServiceName } from './services.js'
import type { Storefront } from './storefront.js'

/** The whole of Comanda as it ships, every part a process of its own, with what measures it around. */
export interface Installation {
  readonly apiPort: number
  readonly queue: CountingQueue
  readonly queues: Queues
  readonly mailSink: StartedMailSink
  readonly services: Readonly<Record<ServiceName, RunningProcess>>
  stop(): Promise<void>
}

/** Starts everything on the cores of this process. */
export async function startInstallation(
  database: BenchDatabase,
  storefront: Pick<Storefront, 'authIssuers'>,
  nodeOptions: readonly string[] = [],
): Promise<Installation> {
  const folder = createTemporaryFolder()
  const log = openSync(join(folder.path, 'services.log'), 'w')
  const [queue, mailSink, apiPort] = await Promise.all([
    startCountingEmulator(),
    startMailSinkProcess(),
    freePort(),
  ])
  const queues = await createQueues(queue.endpoint)
  const common = { SQS_ENDPOINT: queue.endpoint }
  const [api, worker, notifier] = await Promise.all([
    startService(
      'order-api',
      {
        ...common,
        PORT: String(apiPort),
        DATABASE_URL: database.urlAs('comanda_order_api'),
        ORDERS_QUEUE_URL: queues.orders,
        AUTH_ISSUERS: storefront.authIssuers,
        RECEIPT_KEYS: receiptKeys(),
        // One storefront offers all that a search may try.
        RATE_LIMIT_WRITES_PER_SECOND: '1000000',
      },
      { output: log, nodeOptions },
    ),
    startService(
      'order-worker',
      {
        ...common,
        DATABASE_URL: database.urlAs('comanda_order_worker'),
        ORDERS_QUEUE_URL: queues.orders,
        ORDERS_DEAD_LETTER_QUEUE_URL: queues.ordersDeadLetter,
        EVENTS_QUEUE_URL: queues.events,
      },
      { output: log, nodeOptions },
    ),
    startService(
      'notifier',
      {
        ...common,
        DATABASE_URL: database.urlAs('comanda_notifier'),
        EVENTS_QUEUE_URL: queues.events,
        EVENTS_DEAD_LETTER_QUEUE_URL: queues.eventsDeadLetter,
        SMTP_URL: mailSink.url,
        MAIL_FROM: 'orders@shop.example',
        SHOP_NAME: 'Bench shop',
      },
      { output: log, nodeOptions },
    ),
  ])
  return {
    apiPort,
    queue,
    queues,
    mailSink,
    services: { 'order-api': api, 'order-worker': worker, notifier },
    stop: async () => {
      await api.stop()
      await worker.stop()
      await notifier.stop()
      await Promise.all([queue.stop(), mailSink.stop()])
      closeSync(log)
      folder.remove()
    },
  }
}
