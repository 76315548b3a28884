import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** `npm start` as a process of its own, without npm. */
export interface DemoProcess {
  readonly pid: number
  /** Everything written to standard output and error so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves once standard output holds `text`; rejects when the process ends before. */
  said(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Resolves with the exit code, null after a signal, once all its output has been read. */
  readonly ended: Promise<number | null>
}

export function startDemo(args: readonly string[]): DemoProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    pid: child.pid!,
    stdout: () => stdout,
    stderr: () => stderr,
    async said(text) {
      while (!stdout.includes(text)) {
        const over = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          ended.then(() => true),
        ])
        if (over && !stdout.includes(text))
          throw new Error(`ended without saying "${text}": ${stdout}${stderr}`)
      }
    },
    kill: (signal) => void child.kill(signal),
    ended,
  }
}

/** Runs it to its end. */
export async function runDemoProcess(args: readonly string[]) {
  const demo = startDemo(args)
  const code = await demo.ended
  return { code, stdout: demo.stdout(), stderr: demo.stderr() }
}
