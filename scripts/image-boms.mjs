// `npm run images:bom`: writes a bill of materials (CycloneDX) of every image to `build/bom`, by syft.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, 'build/bom')
const version = process.env.COMANDA_VERSION ?? 'development'

if (spawnSync('syft', ['version'], { stdio: 'ignore' }).status !== 0) {
  console.error('comanda: syft is not here; see https://github.com/anchore/syft.')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
for (const name of ['order-api', 'order-worker', 'notifier', 'issuer']) {
  const image = `comanda/${name}:${version}`
  const file = join(folder, `${name}.cdx.json`)
  const { status } = spawnSync('syft', ['--quiet', `docker:${image}`, '--output', `cyclonedx-json=${file}`], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
  console.log(`${image}: ${file}`)
}
