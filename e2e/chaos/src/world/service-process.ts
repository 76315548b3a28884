import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { serviceNodeOptions } from '@comanda/e2e/targets'
import type { ServiceName } from '@comanda/e2e/targets'
import type { ArmedFault } from './armed-fault.js'

const SERVICE_MAIN = fileURLToPath(new URL('./service-main.js', import.meta.url))
const LEAVE_NO_ORPHAN = new URL('./leave-no-orphan.js', import.meta.resolve('@comanda/e2e/embedded')).href
const START_TIMEOUT_MS = 60_000
const RESTART_MS = 50

export interface ServiceProcessOptions {
  readonly service: ServiceName
  /** Like `order-worker-2`. */
  readonly name: string
  /** The service's own main file. */
  readonly main: string
  readonly environment: Readonly<Record<string, string>>
  readonly adminPort: number
  readonly logFile: string
  readonly faultFile: string
}

/** One replica of a service, started again at once whenever it ends. */
export interface ServiceProcess {
  readonly name: string
  readonly pid: number
  readonly restarts: number
  /** Faults for the process that runs now; they are gone with it. */
  arm(...faults: readonly ArmedFault[]): void
  signal(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves once the process that runs now, or its successor, is ready. */
  ready(): Promise<void>
  /** Resident memory in bytes and open files; undefined while there is no process. */
  usage(): { readonly rssBytes: number; readonly openFiles: number } | undefined
  stop(): Promise<void>
}

export function startServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const log = openSync(options.logFile, 'a')
  let isStopping = false
  let restarts = 0
  let child = launch()

  function launch(): ChildProcess {
    const launched = fork(SERVICE_MAIN, [options.main], {
      env: { PATH: process.env['PATH'] ?? '', ...options.environment, COMANDA_FAULTS: options.faultFile },
      execArgv: [...serviceNodeOptions(options.service), '--import', LEAVE_NO_ORPHAN],
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    })
    // Killed while a fault was on its way to it.
    launched.on('error', () => undefined)
    launched.once('exit', () => {
      if (isStopping) return
      restarts += 1
      setTimeout(() => {
        if (!isStopping) child = launch()
      }, RESTART_MS)
    })
    return launched
  }

  return {
    name: options.name,
    get pid() {
      return child.pid ?? 0
    },
    get restarts() {
      return restarts
    },
    arm(...faults) {
      if (child.connected) child.send(faults, () => undefined)
    },
    signal: (signal) => void child.kill(signal),
    async ready() {
      const deadline = performance.now() + START_TIMEOUT_MS
      while (!(await answersReady(options.adminPort))) {
        if (performance.now() > deadline) throw new Error(`${options.name} did not become ready`)
        await delay(25)
      }
    },
    usage() {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
        const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
        return { rssBytes: kilobytes * 1_024, openFiles: readdirSync(`/proc/${child.pid}/fd`).length }
      } catch {
        return undefined
      }
    },
    async stop() {
      isStopping = true
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGCONT')
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
        await exited
        clearTimeout(timer)
      }
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
