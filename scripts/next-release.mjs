// The next release, as the test of an upgrade needs it, made from this one: a newer chart version, a migration that only adds, and
// newer versions of two messages, which it writes and of which it still reads the old ones (e2e/next-release.patch).
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const patch = join(root, 'e2e/next-release.patch')
const LEFT_OUT = ['.git', 'node_modules', 'dist', '.comanda']

/**
 * Makes the sources of the next release in a folder of their own, which whoever calls removes. Throws where the tree has changed
 * so that the patch no longer fits.
 * @returns {string}
 */
export function makeNextRelease() {
  const folder = mkdtempSync(join(tmpdir(), 'comanda-next-release-'))
  cpSync(root, folder, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) })
  const { status, stderr } = spawnSync('git', ['apply', patch], {
    cwd: folder,
    encoding: 'utf8',
    // The folder is no part of a repository that it may lie in.
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) },
  })
  if (status !== 0) throw new Error(`e2e/next-release.patch does not fit this tree:\n${stderr}`)
  raiseMinorVersion(join(folder, 'charts/comanda/Chart.yaml'))
  return folder
}

/** @param {string} file */
function raiseMinorVersion(file) {
  const raised = readFileSync(file, 'utf8').replace(
    /^version: (\d+)\.(\d+)\.\d+$/m,
    (_, major, minor) => `version: ${major}.${Number(minor) + 1}.0`,
  )
  writeFileSync(file, raised)
}
