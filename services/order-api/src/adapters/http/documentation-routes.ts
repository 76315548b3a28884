import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  showDocumentationAssetOperation,
  showDocumentationOperation,
  showOpenApiOperation,
} from './documentation-operations.js'
import { PAGE_CSS } from './documentation-style.js'
import { openApiDocument } from './openapi-document.js'
import { route } from './operation.js'
import type { Route } from './operation.js'
import type { Reply } from './reply.js'

const require = createRequire(import.meta.url)

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Comanda order API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/page.css">
  </head>
  <body>
    <header class="masthead">
      <span class="wordmark">Comanda</span>
      <nav><a href="/openapi.json">openapi.json</a></nav>
    </header>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
})
`

/** Parts of the page that are written here; the others are Swagger UI's. */
const OWN: Readonly<Record<string, string>> = { 'start.js': START, 'page.css': PAGE_CSS }

/** Everything comes from here; Swagger UI draws its icons from data URLs. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const MEDIA_TYPES = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'page.css': 'text/css',
  'start.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
} as const

/** The OpenAPI document, and Swagger UI from its npm package: nothing is loaded from elsewhere. */
export function documentationRoutes(): readonly Route[] {
  const document: Reply = {
    status: 200,
    body: JSON.stringify(openApiDocument()),
    headers: { 'content-type': 'application/json' },
  }
  return [
    route(showOpenApiOperation, () => document),
    route(showDocumentationOperation, () => ({
      status: 200,
      body: PAGE,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'referrer-policy': 'no-referrer',
      },
    })),
    route(showDocumentationAssetOperation, async ({ params: { file } }) => ({
      status: 200,
      body: OWN[file] ?? (await readFile(require.resolve(`swagger-ui-dist/${file}`))),
      headers: { 'content-type': MEDIA_TYPES[file], 'cache-control': 'public, max-age=3600' },
    })),
  ]
}
