import { createHash } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isReachable } from '@comanda/e2e/embedded'

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url))

/**
 * The folder that `--keep` keeps: `.comanda` in the repository. As root, Postgres runs as another user; where that one
 * cannot enter the repository, a folder under the temporary one, always the same for the same repository.
 */
export async function keptFolder(): Promise<string> {
  const own = join(REPOSITORY, '.comanda')
  const open = process.getuid?.() !== 0 || (await isReachable(own))
  const name = createHash('sha256').update(REPOSITORY).digest('hex').slice(0, 12)
  const folder = open ? own : join(tmpdir(), `comanda-kept-${name}`)
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o711)
  return folder
}
