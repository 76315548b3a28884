import { ConfigError } from './config.js'
import { describeError } from './describe-error.js'
import type { Logger } from './logging.js'

/** A service that has been started. `stop` drains and resolves within its own bound; it is called once. */
export interface RunningService {
  readonly logger: Logger
  stop(): Promise<void>
}

/**
 * Runs a service until SIGTERM or SIGINT: start, wait, stop, exit 0. A wrong setting ends the process with its one
 * sentence on standard error and exit 1; so does any other failed start. A signal during the start ends it at once with
 * exit 0, since nothing is in hand. A second signal ends it at once with exit 1: everything is safe to kill. An error
 * that nothing caught ends it with exit 1 and one line that shows no more of it than a log line may.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${JSON.stringify({ msg: 'the process ends', err: describeError(error) })}\n`)
    process.exit(1)
  })
  const signalled = nextSignal()
  let service: RunningService
  try {
    const outcome = await Promise.race([start(), signalled])
    if (typeof outcome === 'string') process.exit(0)
    service = outcome
  } catch (error) {
    const message =
      error instanceof ConfigError ? error.message : `The service cannot start: ${describe(error)}`
    process.stderr.write(`${message}\n`)
    process.exit(1)
  }
  const signal = await signalled
  process.on('SIGTERM', () => process.exit(1))
  process.on('SIGINT', () => process.exit(1))
  service.logger.info({ signal }, 'draining')
  try {
    await service.stop()
    service.logger.info('stopped')
    process.exit(0)
  } catch (error) {
    service.logger.error({ err: error }, 'the drain failed; work in hand will be redelivered')
    process.exit(1)
  }
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}

function describe(error: unknown): string {
  return Error.isError(error) ? error.message || error.name : 'unknown error'
}

/** Waits for `work`, but no longer than `timeoutMs`; says which of them came first. Rejects where `work` does before. */
export async function within(timeoutMs: number, work: Promise<unknown>): Promise<'drained' | 'timed_out'> {
  const over = Promise.withResolvers<'timed_out'>()
  const timer = setTimeout(() => over.resolve('timed_out'), timeoutMs)
  try {
    return await Promise.race([work.then(() => 'drained' as const), over.promise])
  } finally {
    clearTimeout(timer)
  }
}
