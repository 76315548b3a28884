import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url))
const children: ChildProcess[] = []

/** order-api as a process of its own. */
export interface ServiceProcess {
  readonly child: ChildProcess
  /** Everything on standard output and standard error so far. */
  readonly said: { readonly out: string; readonly err: string }
  readonly exited: Promise<number | null>
  /** Resolves with the first log line of a message; rejects where the process ends without it. */
  told(message: string): Promise<Record<string, unknown>>
}

/** Runs the service as its own process. */
export function run(env: Record<string, string>): ServiceProcess {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const told = async (message: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const line = said.out.split('\n').find((text) => text.includes(`"msg":"${message}"`))
      if (line !== undefined) return JSON.parse(line) as Record<string, unknown>
      await Promise.race([
        once(child.stdout, 'data'),
        exited.then(() => Promise.reject(new Error(`ended: ${said.err}`))),
      ])
    }
  }
  return { child, said, exited, told }
}

/** Ends every process that was run here. */
export function killProcesses(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}
