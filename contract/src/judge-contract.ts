import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddedTarget } from '@comanda/e2e/targets'
import { tokenOf } from './installation.js'
import type { Options } from './options.js'
import { runSchemathesis } from './tool.js'

export interface Verdict {
  readonly passed: boolean
  /** The counts, for people. */
  readonly lines: readonly string[]
}

/** Operations that name something of an account; each answers strangers with 404. */
const NAMED = ['showOrder', 'cancelOrder', 'shipOrder', 'deliverOrder', 'showProduct']

type Answers = Readonly<Record<string, number>>

/** What the hooks of the first run kept. */
interface Harvest {
  readonly answers: Answers
  readonly receipts: object
  readonly skus: readonly string[]
  /** Bodies with what cannot be stored, by its name. */
  readonly unstorable: Readonly<Record<string, number>>
}

/**
 * Lets Schemathesis judge the running API by its own document, then asks as another account for everything that the
 * first run made. Passes where no check failed, enough was asked, and the stranger saw nothing.
 */
export async function judgeContract(
  target: EmbeddedTarget,
  folder: string,
  options: Options,
): Promise<Verdict> {
  const { apiUrl } = target
  const args = ['--seed', String(options.seed), '--max-examples', String(options.maxExamples)]
  const owner = await tokenOf(target, 'giftshop')
  const conforms = await runSchemathesis({ config: 'schemathesis.toml', apiUrl, token: owner, folder, args })
  const harvest = await read<Harvest>(folder, 'harvest')
  const orders = Object.keys(harvest.receipts).length

  const stranger = await tokenOf(target, 'otherhouse')
  const sawNothing = await runSchemathesis({
    config: 'stranger.toml',
    apiUrl,
    token: stranger,
    folder,
    args: [
      ...args,
      '--mode',
      'positive',
      '--phases',
      'fuzzing',
      ...NAMED.flatMap((id) => ['--include-operation-id', id]),
    ],
  })
  const strange = await read<{ answers: Answers }>(folder, 'stranger')
  const lists = await Promise.all(['orders', 'products'].map((list) => isEmpty(apiUrl, stranger, list)))

  const requests = sum(harvest.answers)
  const missing = (await operationsOf(apiUrl)).filter((name) => !isAmong(name, harvest.answers))
  const asked = sum(strange.answers)
  const checks = {
    'no check failed': conforms,
    [`at least ${options.minRequests} requests`]: requests >= options.minRequests,
    [`every operation was asked${missing.map((name) => `, not ${name}`).join('')}`]: missing.length === 0,
    'bodies with NUL and with half a surrogate pair among them': Object.keys(harvest.unstorable).length === 2,
    'orders and products to ask for as a stranger': orders > 0 && harvest.skus.length > 0,
    'the stranger saw only 404': sawNothing && asked > 0 && asked === notFound(strange.answers),
    'the stranger lists nothing': lists.every(Boolean),
  }
  return {
    passed: Object.values(checks).every(Boolean),
    lines: [
      `contract: seed ${options.seed}, ${requests} requests, ${orders} orders and ${harvest.skus.length} products made`,
      `contract: answers by status: ${byStatus(harvest.answers)}`,
      `contract: ${Object.entries(harvest.unstorable)
        .map(([what, count]) => `${count} bodies with ${what}`)
        .join(', ')}, each refused`,
      `contract: as another account ${asked} requests: ${byStatus(strange.answers)}`,
      ...Object.entries(checks).map(([what, holds]) => `contract: ${holds ? 'ok' : 'FAILED'}: ${what}`),
    ],
  }
}

async function read<Content>(folder: string, name: string): Promise<Content> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as Content
}

async function isEmpty(apiUrl: string, token: string, list: string): Promise<boolean> {
  const response = await fetch(`${apiUrl}/v1/${list}`, { headers: { authorization: `Bearer ${token}` } })
  const page = (await response.json()) as Readonly<Record<string, readonly unknown[]>>
  return response.status === 200 && page[list]?.length === 0
}

/** Every operation of the document, like `GET /v1/orders`. */
async function operationsOf(apiUrl: string): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${apiUrl}/openapi.json`)).json()) as {
    paths: Readonly<Record<string, object>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

function isAmong(operation: string, answers: Answers): boolean {
  return Object.keys(answers).some((answer) => answer.startsWith(`${operation} `))
}

function sum(answers: Answers): number {
  return Object.values(answers).reduce((total, count) => total + count, 0)
}

function statusOf(answer: string): string {
  return answer.slice(answer.lastIndexOf(' ') + 1)
}

function notFound(answers: Answers): number {
  return sum(Object.fromEntries(Object.entries(answers).filter(([answer]) => statusOf(answer) === '404')))
}

function byStatus(answers: Answers): string {
  const counts = new Map<string, number>()
  for (const [answer, count] of Object.entries(answers))
    counts.set(statusOf(answer), (counts.get(statusOf(answer)) ?? 0) + count)
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([status, count]) => `${status} × ${count}`)
    .join(', ')
}
