// What is generated, from what. Every file is a pure function of the built code, so that a check can compare.
import { asyncApi } from './asyncapi.mjs'
import { apiTypes, problemCodes } from './client-types.mjs'
import { configurationPage } from './configuration-page.mjs'
import { licencesPage } from './licences-page.mjs'

const openApi = async () => {
  const { openApiDocument } = await import('../services/order-api/dist/src/openapi.js')
  return openApiDocument()
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
]
