// What is generated, from what. Every file is a pure function of the built code, so that a check can compare.
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { asyncApi } from './asyncapi.mjs'
import { chartReadme } from './chart-readme.mjs'
import { apiTypes, problemCodes } from './client-types.mjs'
import { configurationPage } from './configuration-page.mjs'
import { licencesPage } from './licences-page.mjs'
import { metricsPage } from './metrics-page.mjs'

const openApi = async () => {
  const { openApiDocument } = await import('../services/order-api/dist/src/openapi.js')
  return openApiDocument()
}

/** Helm reads only what lies inside of a chart: a copy of a file of this repository. @param {string} path */
const copyOf = (path) => () => readFile(new URL(`../${path}`, import.meta.url), 'utf8')
const CHART_FILES = 'charts/comanda/files'
const monitoring = ['rules', 'dashboards'].flatMap((folder) =>
  readdirSync(new URL(`../observability/${folder}`, import.meta.url)).map((name) => ({
    path: `${CHART_FILES}/monitoring/${folder}/${name}`,
    render: copyOf(`observability/${folder}/${name}`),
  })),
)

const dashboard = (name) => async () => {
  const { dashboards } = await import('../observability/dist/src/dashboards/index.js')
  return `${JSON.stringify(dashboards()[name], null, 2)}\n`
}

/** @type {readonly { path: string, render: () => Promise<string> }[]} */
export const GENERATED_FILES = [
  {
    path: 'services/order-api/openapi.json',
    render: async () => `${JSON.stringify(await openApi(), null, 2)}\n`,
  },
  // Committed, so that the client builds from a bare clone before the services do.
  { path: 'client/src/generated/api.ts', render: async () => apiTypes(await openApi()) },
  { path: 'client/src/generated/problem-codes.ts', render: async () => problemCodes(await openApi()) },
  { path: 'docs/asyncapi.json', render: async () => `${JSON.stringify(await asyncApi(), null, 2)}\n` },
  { path: 'docs/configuration.md', render: configurationPage },
  { path: 'docs/licences.md', render: licencesPage },
  { path: 'docs/metrics.md', render: metricsPage },
  ...['orders', 'queues', 'services', 'notifications'].map((name) => ({
    path: `observability/dashboards/${name}.json`,
    render: dashboard(name),
  })),
  { path: 'charts/comanda/README.md', render: chartReadme },
  { path: `${CHART_FILES}/development/logins.sh`, render: copyOf('docker/postgres/logins.sh') },
  { path: `${CHART_FILES}/development/elasticmq.conf`, render: copyOf('docker/elasticmq/elasticmq.conf') },
  ...monitoring,
]
