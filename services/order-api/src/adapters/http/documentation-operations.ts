import { z } from 'zod'
import type { Operation } from './operation.js'

export const showOpenApiOperation = {
  id: 'showOpenApi',
  method: 'get',
  path: '/openapi.json',
  scopes: null,
  tag: 'documentation',
  summary: 'This document',
  description: 'The description of every operation, made of the code that parses the requests.',
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
  description: 'For people; loads nothing from elsewhere.',
  responses: {
    '200': {
      description: 'A page for people.',
      mediaType: 'text/html',
      schema: z.string().max(4_000_000),
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
  description: 'Style sheets, scripts and pictures.',
  params: z.strictObject({
    file: z.enum(['swagger-ui.css', 'swagger-ui-bundle.js', 'page.css', 'start.js', 'favicon-32x32.png']),
  }),
  responses: {
    '200': {
      description: 'A style sheet, a script or a picture.',
      mediaType: '*/*',
      schema: z.string().max(4_000_000),
      example: '',
    },
  },
  errors: ['not_found'],
} as const satisfies Operation
