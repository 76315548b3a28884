/**
 * Everything that a span may carry. Names and values are those of OpenTelemetry's semantic conventions (a test compares
 * them with the package of these), except for the `comanda.*` ones. Ids, codes, counts and names of our own only: no path,
 * query, header, body, address or text that a caller wrote.
 */
export const SPAN_ATTRIBUTES = [
  'db.namespace',
  'db.operation.batch.size',
  'db.operation.name',
  'db.query.summary',
  'db.response.status_code',
  'db.system.name',
  'error.type',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'messaging.batch.message_count',
  'messaging.destination.name',
  'messaging.message.body.size',
  'messaging.message.conversation_id',
  'messaging.message.id',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.system',
  'network.protocol.name',
  'network.protocol.version',
  'server.address',
  'server.port',
  'url.scheme',
  /** First characters of the account's hash, as logs show it. */
  'comanda.account.hash',
  'comanda.event.id',
  'comanda.order.id',
  /** What became of a message or a mail. */
  'comanda.outcome',
  /** How often this message or mail was tried, this time included. */
  'comanda.attempts',
] as const
export type SpanAttribute = (typeof SPAN_ATTRIBUTES)[number]

export type SpanAttributes = Readonly<Partial<Record<SpanAttribute, string | number | boolean | undefined>>>
