import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isReachable } from '@comanda/e2e/embedded'

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url))

/**
 * The folder that `--keep` keeps: the given one, or `.comanda` in the repository. As root, Postgres runs as another user;
 * where that one cannot enter the repository, a folder under the temporary one, always the same for the same repository.
 */
export async function keptFolder(given: string | undefined): Promise<string> {
  const folder = given === undefined ? await ownFolder() : resolve(given)
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o711)
  return folder
}

async function ownFolder(): Promise<string> {
  const own = join(REPOSITORY, '.comanda')
  if (process.getuid?.() !== 0 || (await isReachable(own))) return own
  const name = createHash('sha256').update(REPOSITORY).digest('hex').slice(0, 12)
  return join(tmpdir(), `comanda-kept-${name}`)
}

/** Copies the logs of a run whose folder will be removed; resolves with where they are. */
export async function saveLogs(folder: string): Promise<string> {
  const saved = await mkdtemp(join(tmpdir(), 'comanda-logs-'))
  await cp(join(folder, 'logs'), saved, { recursive: true })
  return saved
}
