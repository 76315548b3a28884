export { openApiDocument } from './adapters/http/openapi-document.js'
