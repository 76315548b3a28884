import { EMULATOR_ENVIRONMENT } from '../embedded/sqs.js'
import type { Queues } from '../embedded/sqs.js'
import type { ServiceName } from './target.js'

/** The settings of the three services for an installation on this machine. */
export function serviceSettings(parts: {
  readonly apiPort: number
  readonly adminPorts: Readonly<Record<ServiceName, number>>
  readonly databaseUrl: string
  readonly queues: Queues
  readonly authIssuers: string
  readonly receiptKey: string
  readonly smtpUrl: string
}): Readonly<Record<ServiceName, Readonly<Record<string, string>>>> {
  const { queues } = parts
  const service = (name: ServiceName, login: string) => ({
    ...EMULATOR_ENVIRONMENT,
    HOST: '127.0.0.1',
    ADMIN_PORT: String(parts.adminPorts[name]),
    SQS_ENDPOINT: queues.endpoint,
    DATABASE_URL: as(login, parts.databaseUrl),
  })
  return {
    'order-api': {
      ...service('order-api', 'comanda_order_api_login'),
      PORT: String(parts.apiPort),
      ORDERS_QUEUE_URL: queues.orders,
      AUTH_ISSUERS: parts.authIssuers,
      RECEIPT_KEYS: JSON.stringify({ sign: 'v1', keys: { v1: parts.receiptKey } }),
      // All of the installation shares a laptop's cores: that it waits for one is no overload.
      SHED_MAX_UNDER_WAY: '1000000',
    },
    'order-worker': {
      ...service('order-worker', 'comanda_order_worker_login'),
      ORDERS_QUEUE_URL: queues.orders,
      EVENTS_QUEUE_URL: queues.events,
      // Short polls end soon, so a stop on a laptop does not keep its user waiting.
      WAIT_TIME_SECONDS: '2',
    },
    notifier: {
      ...service('notifier', 'comanda_notifier_login'),
      EVENTS_QUEUE_URL: queues.events,
      WAIT_TIME_SECONDS: '2',
      SMTP_URL: parts.smtpUrl,
      MAIL_FROM: 'orders@shop.example',
      SHOP_NAME: 'The Gift Shop',
    },
  }
}

function as(login: string, databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.username = login
  return url.href
}
