import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

/** A folder that is gone after `remove`, or at the latest when this process ends by itself or by a signal that it takes. */
export function createTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'comanda-bench-'))
  // A server that was killed a moment ago may still hold files open or write its last one.
  const clear = () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  process.once('exit', clear)
  return {
    path,
    remove: () => {
      process.off('exit', clear)
      clear()
    },
  }
}
