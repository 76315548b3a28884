import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { pinned } from './affinity.js'

export interface ProcessOptions {
  readonly args?: readonly string[]
  /** Replaces the environment but for PATH: nothing of the caller's shell decides what is measured. */
  readonly environment?: Readonly<Record<string, string>>
  readonly nodeOptions?: readonly string[]
  /** The core that it is pinned to; without it, those of this process. */
  readonly core?: number
  /** Where standard output goes: a file descriptor, or a pipe that the caller reads. */
  readonly output?: number | 'pipe' | 'ignore'
}

/** A Node process that the bench started. */
export interface StartedProcess {
  readonly child: ChildProcess
  readonly pid: number
  /** `performance.now()` of the bench when it was started. */
  readonly startedAt: number
  /** SIGTERM, and resolves once it has ended; SIGKILL after 20 s. */
  stop(): Promise<void>
}

/** Starts `main` (a compiled file) as a process of its own under the Node that runs the bench. It has an IPC channel. */
export function startProcess(main: string, options: ProcessOptions = {}): StartedProcess {
  const [file, args] = pinned(options.core, [
    process.execPath,
    '--no-warnings',
    ...(options.nodeOptions ?? []),
    main,
    ...(options.args ?? []),
  ])
  const startedAt = performance.now()
  const child = spawn(file, args, {
    stdio: ['ignore', options.output ?? 'pipe', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...options.environment },
    serialization: 'advanced',
    // Ctrl-C is for the bench alone, which stops what it started.
    detached: true,
  })
  const exited = once(child, 'exit')
  running.add(child)
  void exited.then(() => running.delete(child))
  return {
    child,
    pid: child.pid!,
    startedAt,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await exited
      clearTimeout(killer)
    },
  }
}

/** Resolves with the first line that the process writes, like `listening 4711`; rejects when it ends before. */
export async function firstLine({ child }: StartedProcess, main: string): Promise<string> {
  const [chunk] = (await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${main} ended before it was ready`))),
  ])) as [Buffer]
  child.stdout!.resume()
  return chunk.toString().split('\n', 1)[0]!
}

const running = new Set<ChildProcess>()
// However the bench ends, nothing that it started stays behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
