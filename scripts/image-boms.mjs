// `npm run images:bom`: writes a bill of materials (CycloneDX) of every image to `build/bom`, by syft. One that does not
// name what the image's package.json asks for fails.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labProgram } from './lab-program.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, 'build/bom')
const version = process.env.COMANDA_VERSION ?? 'development'

const syft = labProgram('syft')
if (syft === undefined) {
  console.error('comanda: syft is not here; see https://github.com/anchore/syft.')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
const SOURCES = {
  'order-api': 'services/order-api',
  'order-worker': 'services/order-worker',
  notifier: 'services/notifier',
  issuer: 'e2e',
}
for (const [name, source] of Object.entries(SOURCES)) {
  const image = `comanda/${name}:${version}`
  const file = join(folder, `${name}.cdx.json`)
  const { status } = spawnSync(syft, ['--quiet', `docker:${image}`, '--output', `cyclonedx-json=${file}`], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
  const { components } = JSON.parse(readFileSync(file, 'utf8'))
  const known = new Set(components.map((one) => (one.group ? `${one.group}/${one.name}` : one.name)))
  const { dependencies } = JSON.parse(readFileSync(join(root, source, 'package.json'), 'utf8'))
  const lacking = Object.keys(dependencies).filter((dependency) => !known.has(dependency))
  if (lacking.length > 0) {
    console.error(`FAILED: the bill of ${image} lacks ${lacking.join(', ')}`)
    process.exit(1)
  }
  console.log(`${image}: ${components.length} components, ${file}`)
}
