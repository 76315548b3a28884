import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { CHART } from '../../src/chart/render.js'
import { one, resourcesOf, SERVICES, workload } from './support.js'
import type { Resource } from './support.js'

const ROOT = join(CHART, '../..')

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
}

/** What a policy allows, action by action, by the name of the queue. */
function allowed(statements: readonly Statement[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    statements.flatMap(({ Action, Resource }) =>
      [Resource].flat().map((arn) => [arn.split(':').at(-1)!, [Action].flat().toSorted()]),
    ),
  )
}

describe('docs/install-eks.md', () => {
  let page: string
  let resources: readonly Resource[]
  beforeAll(async () => {
    page = await readFile(join(ROOT, 'docs/install-eks.md'), 'utf8')
    resources = await resourcesOf('eks')
  })

  /** The first JSON after the name of its file. */
  function policy(file: string): Readonly<Record<string, readonly string[]>> {
    const json = page.slice(page.indexOf(`\`${file}\``)).match(/```json\n(.+?)```/s)![1]!
    return allowed((JSON.parse(json) as { Statement: readonly Statement[] }).Statement)
  }

  it('allows each service the calls that it makes, and none besides', () => {
    const depth = ['sqs:GetQueueAttributes']
    const send = ['sqs:GetQueueAttributes', 'sqs:SendMessage']
    const redrive = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']
    const consume = ['sqs:ChangeMessageVisibility', ...redrive, 'sqs:SendMessage']

    expect(policy('order-api.json')).toEqual({ orders: send, 'orders-dead-letter': depth })
    expect(policy('order-worker.json')).toEqual({
      orders: consume,
      'orders-dead-letter': redrive,
      'order-events': send,
      'order-events-dead-letter': depth,
    })
    expect(policy('notifier.json')).toEqual({ 'order-events': consume, 'order-events-dead-letter': redrive })
    expect(policy('keda.json')).toEqual({ orders: depth, 'order-events': depth })
  })

  it('knows every call to SQS that there is in the code', async () => {
    const folder = join(ROOT, 'shared/src')
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
    const sources = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
    const calls = sources.flatMap((source) =>
      [...source.matchAll(/new (\w+?)(?:Batch)?Command\(/g)].map(([, call]) => `sqs:${call}`),
    )
    const granted = ['order-api.json', 'order-worker.json', 'notifier.json'].flatMap((file) =>
      Object.values(policy(file)).flat(),
    )

    expect([...new Set(granted)].toSorted()).toEqual([...new Set(calls)].toSorted())
  })

  it('makes what the values of eks.yaml name: Secrets with their keys, certificates, roles', () => {
    for (const name of [...SERVICES, 'comanda-migrations']) {
      const [{ secret }, { configMap }] = workload(resources, name).pod.volumes
      const command = page.match(new RegExp(`create secret generic ${secret.secretName} (.+?)\nkubectl`, 's'))
      const made = (command?.[1] ?? page.split(`generic ${secret.secretName} `)[1])!
      for (const { key } of secret.items) expect(made).toContain(`--from-literal=${key}=`)
      expect(page).toContain(`create configmap ${configMap.name} --from-file=${configMap.items[0].key}=`)
    }
    for (const name of SERVICES) {
      const { annotations } = one(resources, 'ServiceAccount', name).metadata
      expect(annotations?.['eks.amazonaws.com/role-arn']).toMatch(new RegExp(`role/${name}$`))
    }
    expect(page).toContain('create-role --role-name comanda-$service ')
    for (const role of ['comanda-keda', 'keda-operator'])
      expect(page).toContain(`create-role --role-name ${role} `)
  })

  it('sends the first order with the header that the proxies ask for', () => {
    const { customHeader } = one(resources, 'ClientTrafficPolicy', 'comanda').spec.clientIPDetection

    expect(customHeader.failClosed).toBe(true)
    expect(page.split('## 8.')[1]).toContain(`-H '${customHeader.name}: `)
  })
})
