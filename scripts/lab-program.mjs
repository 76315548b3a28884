import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Where a program is that this repository does not bring: on PATH, or in the folder `bin` of the one that COMANDA_LAB names.
 * Undefined where it is not there; what needs it is then left out, and says so.
 * @param {string} name
 * @returns {string | undefined}
 */
export function labProgram(name) {
  const lab = process.env.COMANDA_LAB
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...(lab ? [join(lab, 'bin')] : [])]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
