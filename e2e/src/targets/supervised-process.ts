import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SERVICE_NODE_OPTIONS } from './service-node-options.js'

const LEAVE_NO_ORPHAN = new URL('../embedded/leave-no-orphan.js', import.meta.url).href
const START_TIMEOUT_MS = 15_000
/** A process that ended by itself is started again after this time, so that one that cannot start does not spin. */
const RESTART_DELAY_MS = 500

export interface SupervisedProcessOptions {
  readonly name: string
  readonly main: URL
  readonly environment: Readonly<Record<string, string>>
  /** Its answer to `/readyz` says that it is ready. */
  readonly adminPort: number
  /** Standard output and error are appended here. */
  readonly logFile: string
}

/** A service as a process of its own, started again whenever it ends without having been asked to. */
export interface SupervisedProcess {
  readonly pid: number
  /** How often it ended without having been asked to. */
  readonly restarts: number
  ready(): Promise<void>
  /** SIGKILL; resolves once its successor is ready. */
  kill(): Promise<void>
  /** SIGTERM, and SIGKILL where that does not end it within `timeoutMs`. Resolves with the exit code. */
  stop(timeoutMs: number): Promise<number | null>
}

/** Starts a service and waits until it is ready. Rejects, with what it said, when it does not become so. */
export async function superviseProcess(options: SupervisedProcessOptions): Promise<SupervisedProcess> {
  const log = createWriteStream(options.logFile, { flags: 'a' })
  let stopping = false
  let restarts = 0
  let lastWords = ''
  let child = launch()

  function launch(): ChildProcess {
    const started = fork(fileURLToPath(options.main), {
      env: { PATH: process.env['PATH'] ?? '', ...options.environment },
      execArgv: [...SERVICE_NODE_OPTIONS, '--import', LEAVE_NO_ORPHAN],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C in a terminal reaches the supervisor alone, which stops everything in order.
      detached: true,
    })
    started.stdout!.on('data', (chunk: Buffer) => log.write(chunk))
    started.stderr!.on('data', (chunk: Buffer) => {
      lastWords = `${lastWords}${chunk.toString()}`.slice(-2_000)
      log.write(chunk)
    })
    started.once('exit', () => {
      if (stopping) return
      restarts += 1
      void delay(RESTART_DELAY_MS).then(() => {
        if (!stopping) child = launch()
      })
    })
    return started
  }

  async function ready(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS
    while (!(await answersReady(options.adminPort))) {
      if (performance.now() > deadline)
        throw new Error(`${options.name} did not become ready. ${lastWords.trim()}`)
      // A wrong setting ends every start in the same way: no use in waiting for the next one.
      if (child.exitCode === 1 && restarts > 0)
        throw new Error(`${options.name} did not start. ${lastWords.trim()}`)
      await delay(25)
    }
  }

  const process_: SupervisedProcess = {
    get pid() {
      return child.pid ?? -1
    },
    get restarts() {
      return restarts
    },
    ready,
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await ready()
    },
    async stop(timeoutMs) {
      stopping = true
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
        await gone
        clearTimeout(timer)
      }
      log.end()
      return child.exitCode
    },
  }
  try {
    await ready()
  } catch (error) {
    await process_.stop(0)
    throw error
  }
  return process_
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) })
    return status === 200
  } catch {
    return false
  }
}
