import type { PartRule } from '../measure/cpu-parts.js'

/**
 * The parts of order-api, first match wins. Asked for every frame from the innermost outwards, so Node's own code falls
 * to whoever called it. JSON.parse and JSON.stringify are built-ins without frames: the functions around them stand for
 * them.
 */
const PARTS: readonly PartRule[] = [
  {
    part: 'JSON in and out',
    matches: either(
      named(/^parse$/, /\/adapters\/http\/read-body\.js$|^$/),
      named(/^(stringify|asciiJson|escapeNonAscii)$/, /\/messages\/envelope\.js$|^$/),
    ),
  },
  { part: 'zod', matches: inside(/\/node_modules\/zod\/|\/shared\/dist\/src\/messages\//) },
  { part: 'JWT', matches: inside(/\/node_modules\/jose\/|\/adapters\/jose\/|\/http\/authorize\.js$/) },
  {
    part: 'ids and receipt',
    matches: inside(/\/shared\/dist\/src\/(identity|canonical-json)\.js$|\/domain\/receipt\.js$/),
  },
  {
    part: 'logs and metrics',
    matches: inside(
      /\/node_modules\/(pino|sonic-boom|thread-stream|prom-client|tdigest)\/|\/request-log\.js$/,
    ),
  },
  {
    part: 'Postgres',
    matches: inside(/\/node_modules\/(pg|pg-[a-z]+|postgres-[a-z]+|cockatiel)\/|\/adapters\/postgres\//),
  },
  {
    part: 'SDK, signing, lanes',
    matches: inside(
      /\/node_modules\/(@aws-sdk|@smithy|@aws-crypto|@aws)\/|\/shared\/dist\/src\/sqs\/|\/adapters\/sqs\/|^node:_http_(client|agent)$/,
    ),
  },
  {
    part: 'Express and HTTP',
    matches: inside(/\/node_modules\/|\/adapters\/http\/|^node:_http_server$/),
  },
  { part: 'order-api itself', matches: inside(/\/services\/order-api\//) },
]

/** Node's own code that nothing of the above called: the parser hands requests in by itself. */
const OTHERWISE: readonly PartRule[] = [{ part: 'Express and HTTP', matches: inside(/^node:_http_/) }]

export const ORDER_API_PARTS = { parts: PARTS, otherwise: OTHERWISE } as const

function inside(pattern: RegExp): PartRule['matches'] {
  return ({ url }) => pattern.test(url)
}

function named(name: RegExp, pattern: RegExp): PartRule['matches'] {
  return ({ functionName, url }) => name.test(functionName) && pattern.test(url)
}

function either(...rules: readonly PartRule['matches'][]): PartRule['matches'] {
  return (frame) => rules.some((matches) => matches(frame))
}
