import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const MAX_OUTPUT_BYTES = 512 * 1_024 * 1_024
/** How long something may take to be ready. */
export const READY_TIMEOUT = '180s'

const run = promisify(execFile)

/** Runs `kubectl` or `helm` on the current context and resolves with its output. Rejects with its words. */
export async function runTool(
  tool: 'kubectl' | 'helm',
  args: readonly string[],
  input?: string,
): Promise<string> {
  const running = run(tool, [...args], { maxBuffer: MAX_OUTPUT_BYTES })
  if (input !== undefined) running.child.stdin?.end(input)
  return (await running).stdout
}

/** `kubectl` in one namespace. */
export type Kubectl = (...args: readonly string[]) => Promise<string>

export function kubectlIn(namespace: string): Kubectl {
  return (...args) => runTool('kubectl', ['--namespace', namespace, ...args])
}

/** A port of the cluster on 127.0.0.1. */
export interface Forward {
  readonly port: number
  /** Leads to a pod that runs now, where the one before has gone. */
  renew(): Promise<void>
  stop(): void
}

/** Forwards a port of a Service for as long as nobody stops it. */
export async function forwardPort(options: {
  readonly namespace: string
  readonly service: string
  readonly servicePort: number
  readonly port: number
}): Promise<Forward> {
  const { namespace, service, servicePort, port } = options
  let stopped = false
  let child: ReturnType<typeof spawn> | undefined
  const start = () =>
    new Promise<void>((resolve) => {
      const args = ['port-forward', '--address', '127.0.0.1', `service/${service}`, `${port}:${servicePort}`]
      const started = spawn('kubectl', ['--namespace', namespace, ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      child = started
      started.stdout.once('data', () => resolve())
      started.stdout.resume()
      started.once('exit', () => {
        if (!stopped) setTimeout(() => void start().then(resolve), RESTART_PAUSE_MS).unref()
      })
    })
  await start()
  return {
    port,
    async renew() {
      const before = child
      await new Promise<void>((resolve) => {
        before?.once('exit', () => resolve())
        before?.kill()
      })
      const deadline = performance.now() + RENEW_TIMEOUT_MS
      while (child === before || child?.exitCode !== null) {
        if (performance.now() > deadline)
          throw new Error(`port ${servicePort} of ${service} cannot be reached`)
        await new Promise((resolve) => setTimeout(resolve, RESTART_PAUSE_MS))
      }
    },
    stop() {
      stopped = true
      child?.kill()
    },
  }
}

const RESTART_PAUSE_MS = 200
const RENEW_TIMEOUT_MS = 20_000
