import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { EMULATOR_ENVIRONMENT } from '@comanda/e2e/embedded'
import type { Queues } from '@comanda/e2e/embedded'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The service as it ships: `main.js` in a process of its own, with these settings and nothing else. */
export function spawnMain(settings: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const child = spawn(process.execPath, ['--no-warnings', MAIN, ...args], {
    env: { ...EMULATOR_ENVIRONMENT, PATH: '/usr/bin:/bin', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([code, signal]: unknown[]): Ended => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }))
  return { child, ended }
}

export interface WorkerProcess {
  readonly adminPort: number
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended>
}

/** Settings of `run` for queues of a test; `endpoint` may be a proxy. */
export function runSettings(
  queues: Queues,
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
  endpoint = queues.endpoint,
): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    DATABASE_URL: databaseUrl,
    SQS_ENDPOINT: endpoint,
    ORDERS_QUEUE_URL: queues.orders,
    EVENTS_QUEUE_URL: queues.events,
    WAIT_TIME_SECONDS: '1',
    VISIBILITY_TIMEOUT_SECONDS: '2',
    BACKOFF_FIRST_SECONDS: '1',
    BACKOFF_MAX_SECONDS: '1',
    OUTBOX_SWEEP_INTERVAL_MS: '100',
    OUTBOX_SWEEP_AFTER_MS: '500',
    ...more,
  }
}

/** Starts a worker and resolves once it receives. */
export async function startWorker(settings: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const { child, ended } = spawnMain(settings)
  const lines = createInterface({ input: child.stdout })
  const ready = new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      const { msg, adminPort } = JSON.parse(line) as { msg: string; adminPort?: number }
      if (msg === 'receiving orders' && adminPort !== undefined) resolve(adminPort)
    })
  })
  const adminPort = await Promise.race([
    ready,
    ended.then(({ stderr }) => Promise.reject(new Error(`the worker ended at once: ${stderr}`))),
  ])
  return {
    adminPort,
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}
