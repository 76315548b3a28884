import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { SERVICE_NODE_OPTIONS } from './service-node-options.js'
import type { ServiceName } from './target.js'

const LEAVE_NO_ORPHAN = new URL('../embedded/leave-no-orphan.js', import.meta.url).href
const READY_POLL_MS = 25

export interface ForkedServiceOptions {
  readonly service: ServiceName
  /** The file that becomes the service, and its arguments. */
  readonly main: string
  readonly args?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** File descriptor that takes its log; it costs this process nothing. */
  readonly log: number
  /** Where its standard error goes. */
  readonly errors: number | 'pipe'
}

/**
 * Starts a service as a process of its own, as production starts it. Of its parent it has the channel alone: Ctrl-C in a
 * terminal reaches the parent only, and when the parent is gone the service drains and ends.
 */
export function forkService(options: ForkedServiceOptions): ChildProcess {
  return fork(options.main, [...(options.args ?? [])], {
    env: { PATH: process.env['PATH'] ?? '', ...options.environment },
    execArgv: [...SERVICE_NODE_OPTIONS, '--import', LEAVE_NO_ORPHAN],
    stdio: ['ignore', options.log, options.errors, 'ipc'],
    detached: true,
  })
}

/**
 * Resolves once whoever listens on the admin port says that it is ready. Rejects with the abort, or when `failed` answers
 * a reason why it will not become so.
 */
export async function untilReady(
  adminPort: number,
  options: { readonly failed: () => string | undefined; readonly signal?: AbortSignal },
): Promise<void> {
  while (!(await answersReady(adminPort))) {
    options.signal?.throwIfAborted()
    const reason = options.failed()
    if (reason !== undefined) throw new Error(reason)
    await delay(READY_POLL_MS)
  }
}

/** Ends a process by a signal, and by SIGKILL where that does not end it in time. Resolves after the last of its output. */
export async function endProcess(
  child: ChildProcess,
  signal: 'SIGTERM' | 'SIGKILL',
  killAfterMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  // One that is stopped would never see it.
  child.kill('SIGCONT')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  await closed
  clearTimeout(timer)
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) })
    return status === 200
  } catch {
    return false
  }
}
