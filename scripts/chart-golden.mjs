// `npm run chart:golden`: renders every profile of the chart into charts/comanda/ci/golden. Needs helm.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { goldenFile, PROFILES, renderChart } from '../e2e/dist/src/chart/render.js'

for (const profile of PROFILES) {
  const file = goldenFile(profile)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, await renderChart(profile))
  console.log(`Wrote ${file}`)
}
