/**
 * The one table of limits. It feeds the zod schemas at the edge and is mirrored by the checks in `shared/migrations`;
 * a property test holds "whatever parses, inserts". Lengths are in code points,
 * as Postgres counts them.
 */
export const LIMITS = {
  /** Largest request body, in bytes. ASCII-escaped it grows at most threefold, so it always fits one SQS message (1 MiB). */
  bodyBytes: 256 * 1024,
  /** Deepest nesting of objects and arrays in a request body. */
  jsonDepth: 16,
  idempotencyKeyMin: 16,
  idempotencyKeyMax: 255,
  accountMax: 64,
  actorMax: 128,
  referenceMax: 64,
  skuMax: 64,
  customerIdMax: 64,
  emailMax: 254,
  nameMax: 200,
  addressPartMax: 200,
  languageMax: 35,
  linesMax: 2_000,
  quantityMax: 1_000_000,
  /** Unit prices are below 10^9 with at most four decimals. */
  unitPriceIntegerDigits: 9,
  priceDecimals: 4,
  /** Order totals are below 10^12. */
  orderTotalIntegerDigits: 12,
  metadataPairs: 20,
  metadataKeyMax: 40,
  metadataValueMax: 500,
  reasonMax: 200,
  carrierMax: 64,
  trackingNumberMax: 64,
  /** Largest stock change of one command, and largest stock of one product. */
  stockDeltaMax: 1_000_000_000,
  stockMax: 1_000_000_000_000,
  /** Lines that an event carries for the notification; `lineCount` says how many there are. */
  eventLinesMax: 50,
  pageMax: 100,
  waitSecondsMax: 20,
} as const
