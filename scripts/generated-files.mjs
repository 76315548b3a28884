// What is generated, from what. Every file is a pure function of the built code, so that a check can compare.
import { asyncApi } from './asyncapi.mjs'
import { configurationPage } from './configuration-page.mjs'
import { licencesPage } from './licences-page.mjs'

/** @type {readonly { path: string, render: () => Promise<string> }[]} */
export const GENERATED_FILES = [
  {
    path: 'services/order-api/openapi.json',
    render: async () => {
      const { openApiDocument } = await import('../services/order-api/dist/src/openapi.js')
      return `${JSON.stringify(openApiDocument(), null, 2)}\n`
    },
  },
  { path: 'docs/asyncapi.json', render: async () => `${JSON.stringify(await asyncApi(), null, 2)}\n` },
  { path: 'docs/configuration.md', render: configurationPage },
  { path: 'docs/licences.md', render: licencesPage },
]
