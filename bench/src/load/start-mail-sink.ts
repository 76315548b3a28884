import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { firstLine, startProcess } from '../host/start-process.js'
import type { TakenMails } from './mail-sink.js'

export interface StartedMailSink {
  readonly url: string
  readonly pid: number
  taken(): Promise<TakenMails>
  stop(): Promise<void>
}

export async function startMailSinkProcess(): Promise<StartedMailSink> {
  const main = fileURLToPath(new URL('./mail-sink-main.js', import.meta.url))
  const started = startProcess(main)
  const line = await firstLine(started, 'mail-sink-main.js')
  return {
    url: `smtp://127.0.0.1:${line.replace('listening ', '')}`,
    pid: started.pid,
    taken: async () => {
      started.child.send('taken')
      const [taken] = (await once(started.child, 'message')) as [TakenMails]
      return taken
    },
    stop: () => started.stop(),
  }
}
