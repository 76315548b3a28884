import { pino } from 'pino'
import type { Logger } from 'pino'

export type { Logger } from 'pino'

/**
 * The log of a service: JSON lines on standard output. Levels mean something: `error` = someone must act, `warn` = it
 * heals by itself but should not happen often, `info` = life of the process. Callers log ids, states, counts and
 * durations only; errors are cut to name, code, message and stack, since causes and extra fields can carry bodies.
 */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    // A second wall only: nothing that logs should carry these at all.
    redact: {
      paths: ['authorization', '*.authorization', 'email', '*.email', 'body', '*.body'],
      remove: true,
    },
  })
}

/** The allow-listed view of an error. Postgres' `detail` and `where` quote row values, so they stay out. */
export function describeError(error: unknown): Record<string, string> {
  if (!Error.isError(error)) return { type: typeof error }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  }
}
