import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isFree } from '@comanda/e2e/embedded'
import { UsageError } from '../options.js'
import type { Options } from '../options.js'

/** Finds out what would fail later, before anything is started. Throws `UsageError`. */
export async function checkUse({ port, report }: Options): Promise<void> {
  if (report !== undefined) await checkReport(report)
  if (!(await isFree(port)))
    throw new UsageError(`Port ${port} is in use or not allowed; choose another one with --port.`)
}

async function checkReport(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined)
  if (there?.isDirectory()) throw new UsageError(`The report cannot be written to ${file}: it is a folder.`)
  try {
    await access(there === undefined ? dirname(file) : file, constants.W_OK)
  } catch {
    throw new UsageError(`The report cannot be written to ${file}: its folder is missing or not writable.`)
  }
}
