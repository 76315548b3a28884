import { createDocument } from 'zod-openapi'
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import type { ErrorCode } from '../../domain/api-error.js'
import { SCOPES } from '../../domain/principal.js'
import type { Scope } from '../../domain/principal.js'
import { refusalHeaders, successHeaders } from './documented-headers.js'
import { Problem } from './documented-problem.js'
import type { Operation, OperationResponse } from './operation.js'
import { OPERATIONS } from './operations.js'
import { PROBLEMS, problemType } from './problems.js'

const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  'orders:read': 'see every order of the account',
  'orders:read.own': 'see the orders that the caller placed',
  'orders:write': 'place orders, cancel every order of the account',
  'orders:write.own': 'place orders, cancel those that the caller placed',
  'orders:fulfil': 'mark orders as shipped and delivered',
  'orders:price': 'state unit prices that then stand',
  'catalog:read': 'see products and stock',
  'catalog:write': 'change products and stock',
}

const DESCRIPTION = `Takes orders at any speed and loses none. A 202 is sent only after the queue has confirmed the order;
every such order reaches a final state that \`GET /v1/orders/{id}\` shows.

Errors are \`application/problem+json\` with a closed set of types. A path that is known answers other methods with 405
and \`Allow\`. 503 comes with \`Retry-After\`: send the same request, with the same key, again.

Each account has a quota of reads and one of writes. \`RateLimit-Policy\` and \`RateLimit\` tell the quota and what is left
of it (draft-ietf-httpapi-ratelimit-headers-10); past it, and past a number of requests at once, the answer is 429 with
\`Retry-After\`, and the same request may be sent again.`

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
    servers: [
      {
        url: '/',
        description: 'Where this document came from: production, staging or local.',
        'x-internal': false,
      },
    ],
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
          description:
            'An access token of a trusted OIDC issuer, verified as RFC8725 asks. The account comes from the token alone. Any one of the scopes ' +
            'that an operation names suffices.\n\n| scope | lets the caller |\n| --- | --- |\n' +
            SCOPES.map((scope) => `| \`${scope}\` | ${SCOPE_MEANINGS[scope]} |`).join('\n'),
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
    Object.entries(responses).map(([status, response]) => [status, responseOf(scopes !== null, response)]),
  )
}

function responseOf(
  counted: boolean,
  { description, schema, example, mediaType, headers, links }: OperationResponse,
) {
  return {
    description,
    headers: successHeaders(counted, headers),
    ...(schema && { content: { [mediaType ?? 'application/json']: { schema, example } } }),
    ...(links && { links }),
  }
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
    'method_not_allowed',
    'not_acceptable',
    'request_timeout',
    'expectation_failed',
    'headers_too_large',
    'internal',
    'overloaded',
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
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [String(status), refusalOf(operation.scopes !== null, status, of)]),
  )
}

function refusalOf(counted: boolean, status: number, codes: readonly ErrorCode[]) {
  return {
    description: `${codes.map((code) => PROBLEMS[code].title).join('; ')}.`,
    headers: refusalHeaders(counted, status, codes),
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
