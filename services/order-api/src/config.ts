import { setting } from '@comanda/shared/config'
import { tracingSettings } from '@comanda/shared/tracing'
import { z } from 'zod'
import { SCOPES } from './domain/principal.js'

const Issuer = z.strictObject({
  issuer: z.string().min(1),
  jwksUri: setting.url('http:', 'https:'),
  audiences: z.array(z.string().min(1)).min(1).optional(),
  clientIds: z.array(z.string().min(1)).min(1).optional(),
  clientIdClaim: z.string().min(1).optional(),
  algorithms: z.array(z.enum(['RS256', 'ES256'])).min(1),
  account: z.union([
    z.strictObject({ claim: z.string().min(1) }),
    z.strictObject({ byClientId: z.record(z.string(), z.string().min(1)) }),
    z.strictObject({ constant: z.string().min(1) }),
  ]),
  actorClaim: z.string().min(1).optional(),
  scopeClaims: z.array(z.string().min(1)).min(1).optional(),
  scopes: z.record(z.string(), z.enum(SCOPES)).optional(),
})

const ReceiptKeys = z
  .strictObject({
    sign: z.string(),
    keys: z.record(
      z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'key versions are 1 to 16 of A-Z, a-z, 0-9, _ and -'),
      z
        .base64({ error: 'a key is not base64' })
        .transform((text) => Buffer.from(text, 'base64'))
        .refine((key) => key.length >= 32, { error: 'a key has fewer than 32 bytes' }),
    ),
  })
  .refine(({ sign, keys }) => Object.hasOwn(keys, sign), {
    error: 'the version that signs is not among the keys',
  })
  .transform(({ sign, keys }) => ({ sign, keys: new Map(Object.entries(keys)) }))

/** Every setting of order-api. Read once, in main.ts. */
export const Config = z.object({
  HOST: z.string().default('0.0.0.0').describe('Address that both ports listen on.'),
  PORT: setting.port(8_080).describe('Port of the API.'),
  ADMIN_PORT: setting.port(9_090).describe('Port of health and metrics, which no gateway routes to.'),
  LOG_LEVEL: setting.logLevel().describe('Least level that is logged.'),
  ACCESS_LOG: z
    .enum(['on', 'off'])
    .default('off')
    .describe('`on` logs a line for every answered request, not only for refused and failed ones.'),
  DATABASE_URL: setting
    .url('postgres:', 'postgresql:')
    .describe('Postgres, writer endpoint, as a role that may only read.'),
  DATABASE_MAX_CONNECTIONS: setting.count(10, 1, 200).describe('Connections for reads, per replica.'),
  DATABASE_STATEMENT_TIMEOUT_MS: setting
    .count(900, 100, 10_000)
    .describe('Longest read, and longest wait for a connection, in ms.'),
  KEY_LOOKUP_MAX_CONNECTIONS: setting
    .count(4, 1, 50)
    .describe('Connections of their own for lookups of idempotency keys, per replica.'),
  KEY_LOOKUP_BUDGET_MS: setting
    .count(50, 1, 1_000)
    .describe('How long orders wait for the lookup of their keys, in ms; then the worker is the judge.'),
  AWS_REGION: z.string().min(1).describe('Region of the queues.'),
  SQS_ENDPOINT: setting
    .url('http:', 'https:')
    .optional()
    .describe('Another SQS endpoint than the region’s own.'),
  ORDERS_QUEUE_URL: setting.url('http:', 'https:').describe('The orders queue; a `.fifo` queue works too.'),
  QUEUE_DEPTH_INTERVAL_MS: setting
    .count(15_000, 100, 600_000)
    .describe(
      'How often the depth of the orders queue and of its dead-letter queue is asked for the metrics, with sqs:GetQueueAttributes, in ms.',
    ),
  SQS_SENDER: z
    .enum(['signed', 'sdk'])
    .default('signed')
    .describe(
      'What writes the calls to the queues: `signed`, our own for less CPU, or `sdk`, the AWS SDK throughout.',
    ),
  QUEUE_BUDGET_MS: setting
    .count(1_800, 100, 1_990)
    .describe('A request that the queue has not confirmed within this time gets a 503, in ms.'),
  LANES_MIN: setting.count(4, 1, 100).describe('SendMessageBatch calls at once, at least.'),
  LANES_MAX: setting
    .count(32, 1, 100)
    .describe('SendMessageBatch calls at once, at most; the number follows the round trip.'),
  LANES_MAX_WAITING: setting
    .count(2_000, 1, 100_000)
    .describe('Orders and commands that may wait for a call; one more gets a 503.'),
  AUTH_ISSUERS: setting
    .json(
      z
        .array(Issuer)
        .min(1)
        .refine((issuers) => issuers.every(({ audiences, clientIds }) => audiences ?? clientIds), {
          error: 'every issuer needs audiences or clientIds',
        })
        .refine((issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length, {
          error: 'an issuer stands in it twice',
        }),
    )
    .describe(
      'Trusted OIDC issuers, JSON: `[{issuer, jwksUri, audiences?, clientIds?, clientIdClaim?, algorithms, account, ' +
        'actorClaim?, scopeClaims?, scopes?}]`; `account` is `{claim}`, `{byClientId}` or `{constant}`, `scopes` maps the issuer’s ' +
        'names to ours. See authentication.md.',
    ),
  AUTH_CACHED_TOKENS: setting.count(10_000, 0, 1_000_000).describe('Verified tokens kept until they expire.'),
  RECEIPT_KEYS: setting
    .json(ReceiptKeys)
    .describe('Keys of receipts, JSON: `{"sign": "v1", "keys": {"v1": "<base64, 32 bytes or more>"}}`.'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((origin) => (origin.trim() === '' ? [] : [origin.trim()])))
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      {
        error: 'must be origins like https://shop.example, separated by commas',
      },
    )
    .describe(
      'Origins whose scripts may call the API from a browser, separated by commas, like `https://shop.example`. ' +
        'Without any the API sends no CORS header at all.',
    ),
  WATCH_INTERVAL_MS: setting
    .count(100, 10, 5_000)
    .describe('How often changes are looked for while requests wait for one, in ms.'),
  WATCH_MAX_WAITERS: setting
    .count(2_000, 0, 100_000)
    .describe('Requests that may wait for a change at once; one more is answered at once.'),
  KEEP_ALIVE_TIMEOUT_MS: setting
    .count(75_000, 1_000, 600_000)
    .describe('How long idle connections are kept, in ms; longer than the caller keeps them.'),
  HEADERS_TIMEOUT_MS: setting
    .count(10_000, 100, 60_000)
    .describe('Time for the headers of a request, in ms; then 408, and the connection is closed.'),
  REQUEST_TIMEOUT_MS: setting
    .count(15_000, 100, 300_000)
    .describe('Time for a whole request, headers and body, in ms; then 408, and the connection is closed.'),
  MAX_CONNECTIONS: setting
    .count(10_000, 1, 1_000_000)
    .describe('Connections at once, per replica; one more is closed.'),
  RATE_LIMIT_WRITES_PER_SECOND: setting
    .count(10_000, 1, 1_000_000)
    .describe('Writes of one account per second; per replica, or of all with RATE_LIMIT_REDIS_URL.'),
  RATE_LIMIT_READS_PER_SECOND: setting
    .count(10_000, 1, 1_000_000)
    .describe('Reads of one account per second; per replica, or of all with RATE_LIMIT_REDIS_URL.'),
  RATE_LIMIT_WINDOW_SECONDS: setting
    .count(1, 1, 3_600)
    .describe('Window that requests are counted in; its whole quota may be used at once.'),
  RATE_LIMIT_MAX_ACCOUNTS: setting
    .count(10_000, 1, 1_000_000)
    .describe('Accounts whose counts a replica keeps in memory.'),
  RATE_LIMIT_REDIS_URL: setting
    .url('redis:', 'rediss:')
    .optional()
    .describe('Redis or Valkey for counts that all replicas share; while it is away each counts by itself.'),
  MAX_REQUESTS_PER_ACCOUNT: setting
    .count(5_000, 1, 100_000)
    .describe(
      'Requests of one account under way at once, per replica, those that wait for a change included.',
    ),
  ...tracingSettings,
  SHED_MAX_UNDER_WAY: setting
    .count(50, 10, 1_000_000)
    .describe(
      'Reads, and writes, that a replica works on at once while more comes than it can carry; what there is no time for gets a 503 at once.',
    ),
  DRAIN_TIMEOUT_MS: setting.count(15_000, 100, 600_000).describe('Longest drain after SIGTERM, in ms.'),
})
export type Config = z.infer<typeof Config>
