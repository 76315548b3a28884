import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endProcess, forkService, untilReady } from './forked-service.js'
import type { ServiceName } from './target.js'

const START_TIMEOUT_MS = 30_000
const KILL_TIMEOUT_MS = 5_000
/** Pause before a process that ended by itself is started again; doubled while its lives are short. */
const RESTART_FIRST_MS = 500
const RESTART_MAX_MS = 10_000
const SHORT_LIFE_MS = 10_000

export interface SupervisedProcessOptions {
  readonly name: ServiceName
  readonly main: URL
  readonly environment: Readonly<Record<string, string>>
  /** Its answer to `/readyz` says that it is ready. */
  readonly adminPort: number
  /** Standard output and error are appended here. */
  readonly logFile: string
}

/** A service as a process of its own, started again whenever it ends without having been asked to. */
export interface SupervisedProcess {
  /** How often it ended without having been asked to. */
  readonly restarts: number
  /** Resolves once it is ready. Rejects, with what it said last, when it does not become so, or with the abort. */
  ready(signal?: AbortSignal): Promise<void>
  /** SIGKILL; its successor is started once `whileAway` is over. Resolves once that is ready. */
  kill(whileAway?: () => Promise<unknown>): Promise<void>
  /** SIGTERM, and SIGKILL where that does not end it within `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>
}

/** Starts a service and keeps it running until it is stopped. */
export function superviseProcess(options: SupervisedProcessOptions): SupervisedProcess {
  const log = openSync(options.logFile, 'a')
  let isStopping = false
  let isHeld = false
  let restarts = 0
  let shortLives = 0
  let lastWords = ''
  let child = launch()

  function launch(): ChildProcess {
    const launchedAt = performance.now()
    const launched = forkService({
      service: options.name,
      main: fileURLToPath(options.main),
      environment: options.environment,
      log,
      errors: 'pipe',
    })
    launched.stderr!.on('data', (chunk: Buffer) => {
      lastWords = `${lastWords}${chunk.toString()}`.slice(-2_000)
      writeSync(log, chunk)
    })
    // After the last of its output.
    launched.once('close', () => {
      if (isStopping) return
      restarts += 1
      if (isHeld) return
      shortLives = performance.now() - launchedAt < SHORT_LIFE_MS ? shortLives + 1 : 1
      void delay(Math.min(RESTART_MAX_MS, RESTART_FIRST_MS * 2 ** (shortLives - 1))).then(() => {
        if (!isStopping) child = launch()
      })
    })
    return launched
  }

  function ready(signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS
    return untilReady(options.adminPort, {
      // A wrong setting ends every start in the same way: no use in waiting for the next one.
      failed: () =>
        child.exitCode === 1 || performance.now() > deadline
          ? `${options.name} did not become ready. ${lastWords.trim()}`
          : undefined,
      ...(signal === undefined ? {} : { signal }),
    })
  }

  return {
    get restarts() {
      return restarts
    },
    ready,
    async kill(whileAway) {
      isHeld = whileAway !== undefined
      await endProcess(child, 'SIGKILL', KILL_TIMEOUT_MS)
      if (whileAway !== undefined) {
        await whileAway().finally(() => {
          isHeld = false
          if (!isStopping) child = launch()
        })
      }
      await ready()
    },
    async stop(timeoutMs) {
      isStopping = true
      await endProcess(child, 'SIGTERM', timeoutMs)
      closeSync(log)
    },
  }
}
