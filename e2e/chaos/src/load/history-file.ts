import { open } from 'node:fs/promises'
import type { HistoryLine } from '../checker/read-history.js'

/** The history of the load client. What is about to leave is on disk before it leaves, whatever happens to this process. */
export interface HistoryFile {
  /** Resolves once the line is durable. */
  invoke(line: HistoryLine): Promise<void>
  /** How it ended; durable with the next invoke or the close. */
  end(line: HistoryLine): void
  /** Resolves once everything is durable. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Opens the file. Lines that come together become durable together: one fdatasync for all that wait. */
export async function openHistory(path: string): Promise<HistoryFile> {
  const file = await open(path, 'a')
  let text = ''
  let waiting: (() => void)[] = []
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    while (text !== '') {
      const [lines, callers] = [text, waiting]
      text = ''
      waiting = []
      await file.write(lines)
      await file.datasync()
      for (const call of callers) call()
    }
    writing = undefined
  }

  async function flush(): Promise<void> {
    await writing
    // Nothing to write would leave a promise behind that has ended before it is kept.
    if (text !== '') await (writing ??= write())
  }

  return {
    invoke(line) {
      text += `${JSON.stringify(line)}\n`
      return new Promise((resolve) => {
        waiting.push(resolve)
        writing ??= write()
      })
    },
    end(line) {
      text += `${JSON.stringify(line)}\n`
    },
    flush,
    async close() {
      await flush()
      await file.close()
    },
  }
}
