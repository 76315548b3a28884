import type { Tracing } from '@comanda/shared/tracing'
import type pg from 'pg'
import { createHandlebarsMailLayout } from './adapters/handlebars/mail-layout.js'
import { createPostgresDeliveryStore } from './adapters/postgres/delivery-store.js'
import { createResultRecorder } from './adapters/postgres/result-recorder.js'
import { createSmtpMailTransport } from './adapters/smtp/mail-transport.js'
import { traceMails } from './adapters/smtp/trace-mails.js'
import type { Config } from './config.js'
import { createEmailChannel } from './domain/email-channel.js'
import { createOutageGate } from './domain/outage-gate.js'
import type { SenderObserver } from './domain/sender-observer.js'
import { createSender } from './domain/sender.js'
import type { SendingSide } from './domain/take-events.js'

/** A claim outlasts the longest attempt, and what waits for a free connection before it. */
const LEASE_PER_SEND_TIMEOUT = 3

/** The sending half of the service. */
export interface Sending extends SendingSide {
  /** Claims no more, finishes what is under way, gives the rest back. */
  drain(): Promise<void>
  /** Breaks off what the drain left. */
  close(): void
}

export interface SendingOptions {
  readonly config: Config
  readonly pool: pg.Pool
  readonly observer: SenderObserver
  readonly tracing: Tracing | undefined
}

/** Wires the channels. Connects to nothing yet; throws where a template is broken. */
export function createSending({ config, pool, observer, tracing }: SendingOptions): Sending {
  const leaseMs = LEASE_PER_SEND_TIMEOUT * config.SEND_TIMEOUT_MS
  const store = createPostgresDeliveryStore(pool)
  const recorder = createResultRecorder({
    store,
    maxWaiting: config.MAX_CLAIMED,
    onFailure: (error) => observer.failed('record', error),
  })
  const transport = traceMails(
    createSmtpMailTransport({ url: config.SMTP_URL, sendTimeoutMs: config.SEND_TIMEOUT_MS }),
    { tracing, url: config.SMTP_URL },
  )
  const email = createEmailChannel({
    transport,
    layout: createHandlebarsMailLayout(),
    shopName: config.SHOP_NAME,
    sender: config.MAIL_FROM,
  })
  // The registry: another channel is another entry.
  const channels = [email].map((channel) => ({
    channel,
    sender: createSender({
      channel,
      store,
      recorder,
      observer,
      gate: createOutageGate({ threshold: 5, firstPauseMs: 1_000, maxPauseMs: 30_000 }),
      concurrency: config.SMTP_MAX_CONNECTIONS,
      maxInHand: config.MAX_CLAIMED,
      leaseMs,
      sendTimeoutMs: config.SEND_TIMEOUT_MS,
      now: () => performance.now(),
      random: () => Math.random(),
    }),
  }))
  return {
    store,
    channels,
    leaseMs,
    async drain() {
      await Promise.all(channels.map(({ sender }) => sender.drain()))
    },
    close() {
      recorder.giveUp()
      transport.close()
    },
  }
}
