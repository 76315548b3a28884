import type { ServiceName } from '@comanda/e2e/targets'

/** Settings of the services in a chaos run: waits are short, so that a minute shows what else takes an hour. */
export const CHAOS_SETTINGS: Readonly<Record<ServiceName, Readonly<Record<string, string>>>> = {
  'order-api': { LOG_LEVEL: 'info', DRAIN_TIMEOUT_MS: '5000' },
  'order-worker': {
    VISIBILITY_TIMEOUT_SECONDS: '6',
    MAX_HANDLING_SECONDS: '20',
    BACKOFF_FIRST_SECONDS: '1',
    BACKOFF_MAX_SECONDS: '1',
    WAIT_TIME_SECONDS: '1',
    OUTBOX_SWEEP_INTERVAL_MS: '500',
    OUTBOX_SWEEP_AFTER_MS: '1000',
    STATEMENT_TIMEOUT_MS: '4000',
    STOCK_PATIENCE_SECONDS: '10',
    // A burst of poison is what this load is made of.
    PARKING_BURST_COUNT: '10000',
    DRAIN_TIMEOUT_MS: '5000',
    LOG_LEVEL: 'info',
  },
  notifier: {
    VISIBILITY_TIMEOUT_SECONDS: '6',
    BACKOFF_FIRST_SECONDS: '1',
    BACKOFF_MAX_SECONDS: '1',
    WAIT_TIME_SECONDS: '1',
    SEND_TIMEOUT_MS: '5000',
    SWEEP_INTERVAL_MS: '250',
    SMTP_MAX_CONNECTIONS: '10',
    MAX_CLAIMED: '20',
    PARKING_BURST_COUNT: '10000',
    DRAIN_TIMEOUT_MS: '5000',
    LOG_LEVEL: 'info',
  },
}

/** Visibility of the queues and of their consumers, in seconds. */
export const VISIBILITY_SECONDS = 6

/** Receives before a message goes to the dead-letter queue: more than any good one needs under all faults. */
export const MAX_RECEIVES = 40

/** Deliveries that one notifier has claimed and not recorded at most: so many mails a crash of it can double. */
export const MAX_CLAIMED = Number(CHAOS_SETTINGS.notifier['MAX_CLAIMED'])
export const SMTP_CONNECTIONS = Number(CHAOS_SETTINGS.notifier['SMTP_MAX_CONNECTIONS'])
export const SEND_TIMEOUT_MS = Number(CHAOS_SETTINGS.notifier['SEND_TIMEOUT_MS'])

/** How long a claim of notifier stands: three times the time-out of a mail, as its documentation says. */
export const LEASE_SECONDS = (3 * SEND_TIMEOUT_MS) / 1_000
