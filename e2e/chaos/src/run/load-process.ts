import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadAnswer, LoadRequest, LoadSettings } from '../load/load-settings.js'

const MAIN = fileURLToPath(new URL('../load/load-main.js', import.meta.url))

/** The load client, in its own process. */
export interface LoadProcess {
  /** Resolves when it has done it. Rejects when the client has ended before. */
  ask(request: LoadRequest): Promise<LoadAnswer>
  /** Ends a load phase before its time. */
  halt(): void
  /** Why it ended, if it has ended by itself. */
  readonly died: string | undefined
  stop(): Promise<void>
}

export async function startLoad(folder: string, settings: LoadSettings): Promise<LoadProcess> {
  const file = join(folder, 'load.json')
  await writeFile(file, JSON.stringify(settings))
  const child = fork(MAIN, [file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true })
  let died: string | undefined
  let isStopping = false
  const exited = once(child, 'exit').then(([code, signal]) => {
    if (!isStopping) died = `the load client ended (${String(code ?? signal)})`
  })

  async function ask(request: LoadRequest): Promise<LoadAnswer> {
    const answered = once(child, 'message').then(([answer]) => answer as LoadAnswer)
    child.send(request)
    return Promise.race([
      answered,
      exited.then((): Promise<never> => Promise.reject(new Error(died ?? 'the load client has ended'))),
    ])
  }

  return {
    ask,
    halt: () => void child.send({ do: 'halt' } satisfies LoadRequest),
    get died() {
      return died
    },
    async stop() {
      isStopping = true
      if (child.connected) {
        await ask({ do: 'stop' }).catch(() => undefined)
        child.kill('SIGTERM')
      }
      await exited
    },
  }
}
