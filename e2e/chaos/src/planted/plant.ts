import { cp, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '../world/world.js'
import type { Patch, PlantedBug } from './planted-bug.js'

const BUILT = [
  'shared/package.json',
  'shared/dist/src',
  ...['order-api', 'order-worker', 'notifier'].flatMap((name) => [
    `services/${name}/package.json`,
    `services/${name}/dist/src`,
  ]),
  'services/notifier/templates',
]

/** The bug cannot be planted: the code has changed, and the bug has to be written anew. */
export class PlantError extends Error {
  override readonly name = 'PlantError'
  readonly code = 'patch_does_not_apply'
}

/**
 * Builds the services with a bug in `folder`: a copy of what the compiler made, with the patches applied. Nothing of it
 * is in the repository, and no setting of a real build leads to it. Rejects with `PlantError` where a patch does not apply.
 */
export async function plant(bug: PlantedBug, folder: string): Promise<void> {
  for (const path of BUILT) await cp(join(REPOSITORY, path), join(folder, path), { recursive: true })
  for (const patch of bug.patches) await apply(bug, patch, folder)
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, '@comanda'), { recursive: true })
  // Only the project's own packages are this copy's; all others are those of the repository.
  for (const name of await readdir(join(REPOSITORY, 'node_modules')))
    if (name !== '@comanda') await symlink(join(REPOSITORY, 'node_modules', name), join(modules, name))
  await symlink(join(folder, 'shared'), join(modules, '@comanda/shared'))
}

async function apply(bug: PlantedBug, { file, find, replace }: Patch, folder: string): Promise<void> {
  const path = join(folder, file)
  const text = await readFile(path, 'utf8')
  const found = text.split(find).length - 1
  if (found !== 1) throw new PlantError(`"${bug.name}" does not apply: ${file} holds ${found} times: ${find}`)
  await writeFile(
    path,
    text.replace(find, () => replace),
  )
}
