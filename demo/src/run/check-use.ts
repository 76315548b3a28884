import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UsageError } from '../options.js'
import type { Options } from '../options.js'
import { isFree } from './ports.js'

/** Finds out what would fail later, before anything is started. Throws `UsageError`. */
export async function checkUse({ port, report }: Options): Promise<void> {
  if (!(await isFree(port))) throw new UsageError(`Port ${port} is in use. Choose another one with --port.`)
  if (report === undefined) return
  await access(dirname(report), constants.W_OK).catch(() => {
    throw new UsageError(
      `The report cannot be written to ${report}: its folder is not there or not writable.`,
    )
  })
}
