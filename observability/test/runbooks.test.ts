import { spawnSync } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { REPOSITORY_FOLDER, RUNBOOKS_FOLDER } from '../src/folders.js'
import { readRunbook } from '../src/runbooks.js'

/** A message as `aws sqs receive-message --output text` prints its body. */
const order = {
  specversion: '1.0',
  id: 'a-command',
  source: 'comanda/order-api',
  type: 'comanda.order.place.v1',
  subject: 'an-order',
  time: '2026-11-30T12:00:00.000Z',
  datacontenttype: 'application/json',
  account: 'giftshop',
  actor: 'storefront',
  data: { order: { customer: { name: 'Ada Example', email: 'ada@shop.example' } } },
}

it('DeadLetterNotEmpty shows which orders are dead letters, and nobody’s name or address', async () => {
  const { commands } = await readRunbook('DeadLetterNotEmpty')
  const receive = commands('Diagnosis', 'Kubernetes').find((one) => one.includes('receive-message'))!
  const printed = [order, { ...order, subject: 'another' }].map((one) => JSON.stringify(one)).join('\t')

  const filter = receive.slice(receive.indexOf('|') + 1)
  const { stdout, status } = spawnSync('bash', ['-c', filter], { input: `${printed}\n`, encoding: 'utf8' })

  expect(status).toBe(0)
  expect(stdout).toContain('"subject":"an-order"')
  expect(stdout).toContain('"subject":"another"')
  expect(stdout).not.toMatch(/Ada|ada@/)
})

it('AcceptedOrderMissing looks for ids that were accepted before the alert could fire, in either size', async () => {
  const { commands } = await readRunbook('AcceptedOrderMissing')

  const [compose, kubernetes] = (['Compose', 'Kubernetes'] as const).map((size) =>
    commands('Mitigation', size).find((one) => one.includes('"status":202')),
  )

  // The newest lines are of orders that nobody misses yet; kubectl shows ten lines a pod where a selector names it.
  expect(compose).toMatch(/--since 45m --until 14m .*\| grep [^|]+$/)
  expect(kubernetes).toMatch(/--since 45m --tail -1 .*\| grep [^|]+$/)
})

it('names values of the chart that exist', async () => {
  const values: unknown = parse(await readFile(join(REPOSITORY_FOLDER, 'charts/comanda/values.yaml'), 'utf8'))
  const files = (await readdir(RUNBOOKS_FOLDER)).filter((file) => file.endsWith('.md'))
  const texts = await Promise.all(files.map((file) => readFile(join(RUNBOOKS_FOLDER, file), 'utf8')))

  const named = texts.flatMap((text) =>
    [...text.matchAll(/`([a-z][A-Za-z]+(?:\.[a-z][A-Za-z]+)+)`/g)].map(([, path]) => path!),
  )

  expect(named.length).toBeGreaterThan(4)
  expect(named.filter((path) => !exists(values, path))).toEqual([])
})

function exists(values: unknown, path: string): boolean {
  const at = (found: unknown, key: string) => (found as Record<string, unknown> | undefined)?.[key]
  return path.split('.').reduce(at, values) !== undefined
}
