import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Where a program is that this repository does not bring: on PATH, or under COMANDA_LAB/bin. Undefined where it is not
 * there; what needs it is then left out, and says so.
 * @param {string} name
 * @returns {string | undefined}
 */
export function labProgram(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    join(process.env.COMANDA_LAB ?? '/opt/comanda-lab', 'bin'),
  ]
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
