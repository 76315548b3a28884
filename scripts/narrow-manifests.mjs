// Narrows the project's manifests to some workspaces and to what they need at run time, so that `npm ci` in an image
// installs that and nothing else, at the versions of the lockfile. `node narrow-manifests.mjs shared services/order-api`
import { readFileSync, writeFileSync } from 'node:fs'

const workspaces = process.argv.slice(2)

/** @param {string} path @param {(manifest: Record<string, unknown>) => void} change */
function rewrite(path, change) {
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  change(manifest)
  writeFileSync(path, JSON.stringify(manifest))
}

rewrite('package.json', (manifest) => {
  manifest['workspaces'] = workspaces
  delete manifest['devDependencies']
})
for (const workspace of workspaces)
  rewrite(`${workspace}/package.json`, (manifest) => void delete manifest['devDependencies'])
