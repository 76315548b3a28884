import { createDocument } from 'zod-openapi'
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { z } from 'zod'
import type { ErrorCode } from '../../domain/api-error.js'
import { SCOPES } from '../../domain/principal.js'
import type { Operation, OperationResponse } from './operation.js'
import { OPERATIONS } from './operations.js'
import { PROBLEMS, problemType } from './problems.js'

const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'Means the error; stable.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().meta({ description: 'RFC 6901 pointer into the body.' }),
          parameter: z.string().optional().meta({ description: 'Name of a query parameter.' }),
          header: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' })

const DESCRIPTION = `Takes orders at any speed and loses none. A 202 is sent only after the queue has confirmed the order;
every such order reaches a final state that \`GET /v1/orders/{id}\` shows.

Errors are \`application/problem+json\` with a closed set of types. A path that is known answers other methods with 405
and \`Allow\`. 503 comes with \`Retry-After\`: send the same request, with the same key, again.

Each account has a quota of reads and one of writes. \`RateLimit-Policy\` and \`RateLimit\` tell the quota and what is left
of it (draft-ietf-httpapi-ratelimit-headers-10); past it, and past a number of requests at once, the answer is 429 with
\`Retry-After\`, and the same request may be sent again.`

/** On every answer of an operation that needs a token, once the caller is known. */
const RateLimitHeaders = z.object({
  'RateLimit-Policy': z
    .string()
    .optional()
    .meta({ description: 'Quota `q` of the window of `w` seconds.', examples: ['"writes";q=10000;w=1'] }),
  RateLimit: z
    .string()
    .optional()
    .meta({
      description: 'What is left, `r`, until the window ends in `t` seconds.',
      examples: ['"writes";r=9999;t=1'],
    }),
})

/** The OpenAPI 3.1 document of this service, made of the operations that also parse the requests. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Comanda order API',
      version: '1.0.0',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      { name: 'orders', description: 'Orders and what is done with them.' },
      { name: 'catalog', description: 'Products and their stock.' },
      { name: 'documentation', description: 'What this service can do.' },
    ],
    paths: pathsOf(OPERATIONS),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: `An access token of a trusted OIDC issuer. Scopes: ${SCOPES.join(', ')}.`,
        },
      },
    },
  })
}

function pathsOf(operations: readonly Operation[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(operation) }
  return paths
}

function operationOf(operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, scopes, params, query, headers, body } = operation
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    // One requirement per scope: any of them suffices.
    security: scopes === null ? [] : scopes.map((scope) => ({ token: [scope] })),
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(headers && { header: headers }),
    },
    ...(body && {
      requestBody: {
        required: !body.optional,
        content: { 'application/json': { schema: body.schema, example: body.example } },
      },
    }),
    responses: { ...successesOf(operation), ...refusalsOf(operation) },
  }
}

function successesOf({ scopes, responses }: Operation): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      responseOf(scopes === null ? response : { ...response, headers: withRateLimit(response.headers) }),
    ]),
  )
}

function responseOf({ description, schema, example, mediaType, headers }: OperationResponse) {
  return {
    description,
    ...(headers && { headers }),
    ...(schema && { content: { [mediaType ?? 'application/json']: { schema, example } } }),
  }
}

function withRateLimit(headers: z.ZodObject = z.object({})): z.ZodObject {
  return headers.extend(RateLimitHeaders.shape)
}

/** Refusals that every operation of its kind can meet. */
function sharedErrors({ scopes, body }: Operation): readonly ErrorCode[] {
  return [
    ...(scopes === null
      ? []
      : ([
          'unauthenticated',
          'insufficient_scope',
          'authentication_unavailable',
          'rate_limited',
          'too_many_at_once',
        ] as const)),
    'malformed',
    'not_acceptable',
    'internal',
    ...(body === undefined ? [] : (['body_too_large', 'unsupported_media_type', body.invalid] as const)),
  ]
}

/** One response per status, with an example for each error that has it. */
function refusalsOf(operation: Operation): ZodOpenApiResponsesObject {
  const codes = new Set([...sharedErrors(operation), ...operation.errors])
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of Object.keys(PROBLEMS) as ErrorCode[])
    if (codes.has(code))
      byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code])
  return Object.fromEntries([...byStatus].map(([status, of]) => [String(status), refusalOf(status, of)]))
}

function refusalOf(status: number, codes: readonly ErrorCode[]) {
  const headers = refusalHeaders(status, codes)
  return {
    description: `${codes.map((code) => PROBLEMS[code].title).join('; ')}.`,
    ...(headers && { headers }),
    content: {
      'application/problem+json': {
        schema: Problem,
        examples: Object.fromEntries(
          codes.map((code) => [
            code,
            {
              value: {
                type: problemType(code),
                title: PROBLEMS[code].title,
                status,
                detail: PROBLEMS[code].title,
              },
            },
          ]),
        ),
      },
    },
  }
}

function refusalHeaders(status: number, codes: readonly ErrorCode[]): z.ZodObject | undefined {
  if (status === 401 || status === 403)
    return z.object({ 'WWW-Authenticate': z.string().meta({ examples: ['Bearer realm="comanda"'] }) })
  if (codes.some((code) => PROBLEMS[code].retry)) {
    const headers = z.object({ 'Retry-After': z.string().meta({ examples: ['2'] }) })
    return status === 429 ? withRateLimit(headers) : headers
  }
  return undefined
}
