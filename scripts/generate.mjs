// `npm run generate` writes the generated files; with `--check` it compares and names the stale ones (exit 1).
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GENERATED_FILES } from './generated-files.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const check = process.argv.includes('--check')
const stale = []
for (const { path, render } of GENERATED_FILES) {
  const file = join(root, path)
  const [wanted, found] = await Promise.all([render(), readFile(file, 'utf8').catch(() => undefined)])
  if (wanted === found) continue
  if (check) stale.push(path)
  else await writeFile(file, wanted)
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate" and commit what changes.`)
  process.exit(1)
}
console.log(check ? 'Generated files are up to date.' : `Wrote ${GENERATED_FILES.length} files.`)
