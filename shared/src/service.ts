import { ConfigError } from './config.js'
import type { Logger } from './logging.js'

/** A service that has been started. `stop` drains and resolves within its own bound; it is called once. */
export interface RunningService {
  readonly logger: Logger
  stop(): Promise<void>
}

/**
 * Runs a service until SIGTERM or SIGINT: start, wait, stop, exit 0. A wrong setting ends the process with its one
 * sentence on standard error and exit 1; so does any other failed start. A second signal ends it at once with exit 1:
 * everything is safe to kill.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  let service: RunningService
  try {
    service = await start()
  } catch (error) {
    const message =
      error instanceof ConfigError ? error.message : `The service cannot start: ${describe(error)}`
    process.stderr.write(`${message}\n`)
    process.exit(1)
  }
  const signal = await nextSignal()
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
