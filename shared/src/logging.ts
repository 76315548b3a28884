import { pino } from 'pino'
import { describeError } from './describe-error.js'

/**
 * Everything that a log line may carry beside its message: ids, states, codes, counts and durations. A field that is not
 * named here is in no log, whatever a caller gives; to add one is to say that nothing private can be in it.
 */
export const LOG_FIELDS = [
  'accountHash',
  'actor',
  'adminPort',
  'attempts',
  'channel',
  'code',
  'consumer',
  'detail',
  'durationMs',
  'eventId',
  'issuer',
  'messageId',
  'method',
  'open',
  'operation',
  'orderId',
  'outcome',
  'port',
  'reason',
  'receiveCount',
  'relay',
  'requestId',
  'route',
  'sender',
  'signal',
  'size',
  'status',
  'step',
  'traceId',
  'type',
] as const
export type LogField = (typeof LOG_FIELDS)[number]

/** The fields of a line. `err` is shown by its allow-listed view. */
export type LogFields = Readonly<Partial<Record<LogField, string | number | boolean | undefined>>> & {
  readonly err?: unknown
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** A log whose lines are a constant sentence and fields of the closed set. */
export type Logger = Readonly<
  Record<
    LogLevel,
    {
      (message: string): void
      (fields: LogFields, message: string): void
    }
  >
> & {
  isLevelEnabled(level: LogLevel): boolean
}

const LOGGABLE: ReadonlySet<string> = new Set<string>(LOG_FIELDS)

/** A value that is longer, or looks like an e-mail address, is not the id or code that its field stands for. */
const VALUE_LENGTH_MAX = 300
const WITHHELD = '(withheld)'

/**
 * The log of a service: JSON lines on standard output. Levels mean something: `error` = someone must act, `warn` = it
 * heals by itself but should not happen often, `info` = life of the process.
 */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }), log: allowedFields },
    // pino's own would take the view for an error of the type Object.
    serializers: { err: (view: unknown) => view },
  })
}

/** What of a line's fields is written. */
export function allowedFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const allowed: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (name === 'err') allowed['err'] = describeError(value)
    else if (LOGGABLE.has(name) && value !== undefined) allowed[name] = allowedValue(value)
  }
  return allowed
}

function allowedValue(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'string' && value.length <= VALUE_LENGTH_MAX && !value.includes('@')
    ? value
    : WITHHELD
}
