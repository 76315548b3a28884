import { readFile } from 'node:fs/promises'

/**
 * @typedef {{ name: string, version: string, license?: string, integrity?: string, resolved?: string,
 *   hasInstallScript?: boolean, inBundle?: boolean }} LockedPackage
 */

/**
 * Every package that the lockfile names, the project's own workspaces left out, sorted by name and version.
 * @param {string} root
 * @returns {Promise<readonly LockedPackage[]>}
 */
export async function lockedPackages(root) {
  const { packages } = JSON.parse(await readFile(`${root}/package-lock.json`, 'utf8'))
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, entry]) => ({ ...entry, name: entry.name ?? path.split('node_modules/').at(-1) }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version))
}

/** By code units, so that the order is the same on every machine. */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}
