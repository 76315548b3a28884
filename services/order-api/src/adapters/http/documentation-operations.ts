import { z } from 'zod'
import type { Operation } from './operation.js'

export const showOpenApiOperation = {
  id: 'showOpenApi',
  method: 'get',
  path: '/openapi.json',
  scopes: null,
  tag: 'documentation',
  summary: 'This document',
  responses: {
    '200': {
      description: 'The OpenAPI document of this service.',
      schema: z.looseObject({ openapi: z.literal('3.1.0') }),
      example: { openapi: '3.1.0' },
    },
  },
  errors: [],
} as const satisfies Operation

export const showDocumentationOperation = {
  id: 'showDocumentation',
  method: 'get',
  path: '/docs',
  scopes: null,
  tag: 'documentation',
  summary: 'This document as a page',
  responses: {
    '200': {
      description: 'A page for people.',
      mediaType: 'text/html',
      schema: z.string(),
      example: '<!doctype html>',
    },
  },
  errors: [],
} as const satisfies Operation

export const showDocumentationAssetOperation = {
  id: 'showDocumentationAsset',
  method: 'get',
  path: '/docs/{file}',
  scopes: null,
  tag: 'documentation',
  summary: 'A part of the page',
  params: z.strictObject({
    file: z.enum(['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js', 'favicon-32x32.png']),
  }),
  responses: {
    '200': {
      description: 'A style sheet, a script or a picture.',
      mediaType: '*/*',
      schema: z.string(),
      example: '',
    },
  },
  errors: ['not_found'],
} as const satisfies Operation
