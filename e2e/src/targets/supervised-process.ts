import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { serviceNodeOptions } from './service-node-options.js'
import type { ServiceName } from './target.js'

const LEAVE_NO_ORPHAN = new URL('../embedded/leave-no-orphan.js', import.meta.url).href
const START_TIMEOUT_MS = 30_000
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
    const launched = fork(fileURLToPath(options.main), {
      env: { PATH: process.env['PATH'] ?? '', ...options.environment },
      execArgv: [...serviceNodeOptions(options.name), '--import', LEAVE_NO_ORPHAN],
      // Its log goes straight to the file and costs this process nothing.
      stdio: ['ignore', log, 'pipe', 'ipc'],
      // A group of its own: Ctrl-C in a terminal reaches the supervisor alone, which stops everything in order.
      detached: true,
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

  const hasEnded = () => child.exitCode !== null || child.signalCode !== null

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (hasEnded()) return
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
  }

  async function ready(signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS
    while (!(await answersReady(options.adminPort))) {
      signal?.throwIfAborted()
      // A wrong setting ends every start in the same way: no use in waiting for the next one.
      const isHopeless = child.exitCode === 1 || performance.now() > deadline
      if (isHopeless) throw new Error(`${options.name} did not become ready. ${lastWords.trim()}`)
      await delay(25)
    }
  }

  return {
    get restarts() {
      return restarts
    },
    ready,
    async kill(whileAway) {
      isHeld = whileAway !== undefined
      await end('SIGKILL')
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
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
      await end('SIGTERM')
      clearTimeout(timer)
      closeSync(log)
    },
  }
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) })
    return status === 200
  } catch {
    return false
  }
}
