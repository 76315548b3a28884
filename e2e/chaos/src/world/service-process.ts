import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endProcess, forkService, untilReady } from '@comanda/e2e/targets'
import type { ServiceName } from '@comanda/e2e/targets'
import type { ArmedFault } from './armed-fault.js'
import type { Replica } from './chaos-world.js'
import { processUsage } from './process-usage.js'

const SERVICE_MAIN = fileURLToPath(new URL('./service-main.js', import.meta.url))
const START_TIMEOUT_MS = 60_000
const RESTART_MS = 50
const STOP_TIMEOUT_MS = 15_000
const METRICS_TIMEOUT_MS = 10_000

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

/** A replica that is a process of this machine. */
export interface ServiceProcess extends Replica {
  readonly pid: number
  /** Faults for the process that runs now; they are gone with it. */
  arm(...faults: readonly ArmedFault[]): void
  stop(): Promise<void>
}

export function startServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const log = openSync(options.logFile, 'a')
  let isStopping = false
  let restarts = 0
  let child = launch()

  function launch(): ChildProcess {
    const launched = forkService({
      service: options.service,
      main: SERVICE_MAIN,
      args: [options.main],
      environment: { ...options.environment, COMANDA_FAULTS: options.faultFile },
      log,
      errors: log,
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
    signal(signal) {
      child.kill(signal)
      return Promise.resolve()
    },
    ready() {
      const deadline = performance.now() + START_TIMEOUT_MS
      return untilReady(options.adminPort, {
        failed: () => (performance.now() > deadline ? `${options.name} did not become ready` : undefined),
      })
    },
    usage: () => processUsage(child.pid),
    async metrics() {
      const answer = await fetch(`http://127.0.0.1:${options.adminPort}/metrics`, {
        signal: AbortSignal.timeout(METRICS_TIMEOUT_MS),
      })
      return answer.text()
    },
    async stop() {
      isStopping = true
      await endProcess(child, 'SIGTERM', STOP_TIMEOUT_MS)
      closeSync(log)
    },
  }
}
