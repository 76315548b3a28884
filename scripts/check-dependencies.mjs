// Fails on what a dependency must not bring: an install script that nobody reviewed, a package whose content is not fixed,
// a known vulnerability. Licences are checked with the generated files.
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { judgeAudit } from './judge-audit.mjs'
import { lockedPackages } from './lockfile.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const AUDIT_TIMEOUT_MS = 60_000

const packages = await lockedPackages(root)
const failures = [...unfixed(packages), ...(await unreviewedScripts(packages)), ...(await vulnerabilities())]
for (const failure of failures) console.error(`FAILED: ${failure}`)
process.exit(failures.length === 0 ? 0 : 1)

/** Packages that are not fixed by a hash, or do not come from the registry that npm is set to. */
function unfixed(locked) {
  return locked
    .filter(
      ({ integrity, resolved, inBundle }) => !inBundle && (integrity === undefined || resolved !== undefined),
    )
    .map(({ name, version }) => `${name}@${version} is not fixed by a hash alone in package-lock.json`)
}

/**
 * Install scripts that may run without having been read in this version, and words about scripts that are no more. npm
 * matches `allowScripts` by version only where the lockfile names the registry, so the versions are compared here.
 */
async function unreviewedScripts(locked) {
  const { allowScripts } = await json('package.json')
  const { reviewed } = await json('.ci/reviewed-install-scripts.json')
  const withScripts = locked.filter(({ hasInstallScript }) => hasInstallScript)
  const isRead = ({ name, version }) => allowScripts[name] === false || `${name}@${version}` in reviewed
  const names = new Set(withScripts.map(({ name }) => name))
  const versions = new Set(withScripts.map(({ name, version }) => `${name}@${version}`))
  const unread = withScripts.filter((one) => !isRead(one))
  const old = [
    ...Object.keys(allowScripts).filter((name) => !names.has(name)),
    ...Object.keys(reviewed).filter((version) => !versions.has(version)),
  ]
  console.log(`install scripts: ${withScripts.length} in the lockfile, ${unread.length} not reviewed`)
  return [
    ...unread.map(({ name, version }) => `the install script of ${name}@${version} is not reviewed`),
    ...old.map((key) => `a review names ${key}, which is not in the lockfile or has no script`),
  ]
}

/** What `npm audit` knows at moderate and above, less what .ci/audit-waivers.json waives with a reason and an end. */
async function vulnerabilities() {
  const { waivers } = await json('.ci/audit-waivers.json')
  const { stdout } = spawnSync('npm', ['audit', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: AUDIT_TIMEOUT_MS,
    maxBuffer: 64 * 1_024 * 1_024,
  })
  const { served, found, waived } = judgeAudit(parsed(stdout), waivers, new Date().toISOString().slice(0, 10))
  if (!served)
    console.log('npm audit: not judged, since the registry that npm is set to does not answer audits')
  else console.log(`npm audit: ${found.length} at moderate or above, ${waived.length} waived`)
  return found
}

async function json(path) {
  return JSON.parse(await readFile(join(root, path), 'utf8'))
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
