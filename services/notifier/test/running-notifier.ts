import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createTestDatabase, createTestQueues, emulatorClient, startMailSink } from '@comanda/e2e/embedded'
import type { MailSink, Queues, ReceivedMail, TestDatabase } from '@comanda/e2e/embedded'
import type { OrderEvent } from '@comanda/shared/messages'
import { asciiJson } from '@comanda/shared/messages'
import { readConfig } from '@comanda/shared/config'
import pg from 'pg'
import { Config } from '../src/config.js'
import { startService } from '../src/service.js'
import type { Notifier } from '../src/service.js'
import { until } from './until.js'

/** Everything around a notifier, real: a database, queues, a mail server. */
export interface Surroundings {
  readonly database: TestDatabase
  readonly queues: Queues
  readonly sink: MailSink
  /** A mail server at the port of one that was stopped. */
  restartSink(port: number): Promise<void>
  readonly sqs: SQSClient
  /** Superuser connections, to look and to move time. */
  readonly sql: pg.Pool
  settings(changes?: Readonly<Record<string, string>>): Record<string, string>
  start(changes?: Readonly<Record<string, string>>): Promise<Notifier>
  publish(...events: readonly OrderEvent[]): Promise<void>
  publishBody(body: string): Promise<void>
  /** Nothing waits in the order-events queue and nobody has anything of it in hand. */
  queueIsEmpty(): Promise<boolean>
  rows(): Promise<DeliveryRow[]>
  /** Makes every pending delivery due, and every claim run out, as if hours had passed. */
  letTimePass(): Promise<void>
  /** Stops what was started and removes the rest. */
  close(): Promise<void>
}

/** Resolves once a statement of another connection waits for a lock that a test holds. `sql` is in no transaction: there the view would not change. */
export async function untilBlocked(sql: pg.Pool): Promise<void> {
  await until('a statement waits for a lock', async () => {
    const { rowCount } = await sql.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rowCount! > 0
  })
}

export interface DeliveryRow {
  event_id: string
  order_id: string
  version: number
  status: string
  attempts: number
  claimed_until: Date | null
  last_error: string | null
  event: unknown
}

export async function createSurroundings(
  queueOptions: Parameters<typeof createTestQueues>[0] = {},
): Promise<Surroundings> {
  const [database, queues, firstSink] = await Promise.all([
    createTestDatabase(),
    createTestQueues(queueOptions),
    startMailSink(),
  ])
  let sink = firstSink
  const sqs = emulatorClient(queues.endpoint)
  const sql = new pg.Pool({ connectionString: database.url, max: 5 })
  sql.on('error', () => undefined)
  const started: Notifier[] = []
  const surroundings: Surroundings = {
    database,
    queues,
    get sink() {
      return sink
    },
    async restartSink(port) {
      sink = await startMailSink({ port })
    },
    sqs,
    sql,
    settings: (changes = {}) => ({
      HOST: '127.0.0.1',
      ADMIN_PORT: '0',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.urlAs('comanda_notifier'),
      AWS_REGION: 'eu-west-1',
      SQS_ENDPOINT: queues.endpoint,
      EVENTS_QUEUE_URL: queues.events,
      WAIT_TIME_SECONDS: '1',
      SMTP_URL: sink.url,
      MAIL_FROM: 'orders@giftshop.example',
      SHOP_NAME: 'The Gift Shop',
      SWEEP_INTERVAL_MS: '50',
      ...changes,
    }),
    async start(changes) {
      const notifier = await startService(readConfig(Config, surroundings.settings(changes)))
      started.push(notifier)
      return notifier
    },
    async publish(...events) {
      for (const event of events) await surroundings.publishBody(asciiJson(event))
    },
    async publishBody(body) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queues.events, MessageBody: body }))
    },
    async queueIsEmpty() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queues.events, AttributeNames: ['All'] }),
      )
      return (
        Attributes['ApproximateNumberOfMessages'] === '0' &&
        Attributes['ApproximateNumberOfMessagesNotVisible'] === '0'
      )
    },
    async rows() {
      const { rows } = await sql.query<DeliveryRow>('select * from deliveries order by created_at, version')
      return rows
    },
    async letTimePass() {
      try {
        await sql.query(
          `update deliveries set next_attempt_at = now() - interval '1 second',
             claimed_until = case when claimed_until is not null then now() - interval '1 second' end
           where status = 'pending'`,
        )
      } catch (error) {
        // A notifier that records several mails takes the same rows in another order; it goes on, and so does this.
        if ((error as { code?: string }).code !== '40P01') throw error
        await surroundings.letTimePass()
      }
    },
    async close() {
      await Promise.all(started.map((notifier) => notifier.stop()))
      sqs.destroy()
      await sql.end()
      await sink.stop()
      await database.drop()
    },
  }
  return surroundings
}

/** The value of one header of a mail; folded lines are joined. */
export function headerOf({ raw }: ReceivedMail, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  const line = head.split('\r\n').find((text) => text.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  return line?.slice(name.length + 1).trim()
}
