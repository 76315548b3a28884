import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { CHART, renderChart } from '../../src/chart/render.js'
import { resourcesOf, SERVICES, workload } from './support.js'

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: unknown
}

describe('the values of the chart', () => {
  it.each([
    ['orderApi.replica=3', "at '/orderApi': additional properties 'replica' not allowed"],
    ['orderapi.replicas=3', "additional properties 'orderapi' not allowed"],
    ['notifier.secret.smtpUrl=x', "at '/notifier/secret': additional properties 'smtpUrl' not allowed"],
    ['orderWorker.replicas=0', "at '/orderWorker/replicas'"],
    ['orderApi.settings.log_level=info', 'propertyNames'],
    ['orderApi.settings.ADMIN_PORT=9091', "invalid propertyName 'ADMIN_PORT'"],
    ['commonLabels.app\\.kubernetes\\.io/component=shop', "propertyName 'app.kubernetes.io/component'"],
    ['orderApi.podLabels.comanda/track=canary', "propertyName 'comanda/track'"],
    ['fullnameOverride=Shop_Orders', "at '/fullnameOverride'"],
    ['orderApi.image.digest=latest', "at '/orderApi/image/digest'"],
    ['networkPolicies.enabled=yes', "at '/networkPolicies/enabled'"],
    ['monitoring.podMonitor.intervalSeconds=60', "at '/monitoring/podMonitor/intervalSeconds'"],
  ])('refuse %s', async (setting, words) => {
    await expect(renderChart('minimal', [setting])).rejects.toThrow(
      words.replace('propertyNames', 'log_level'),
    )
  })

  it.each([
    ['queues.orders.url=', 'queues.orders.url is missing: the URL of the SQS queue'],
    ['queues.events.url=', 'queues.events.url is missing: the URL of the SQS queue'],
    ['auth.issuers=null', 'auth.issuers is empty: order-api takes no request without an issuer'],
    ['mail.from=', 'mail.from is missing: the address that mails come from.'],
    ['mail.shopName=', 'mail.shopName is missing: the name of the shop'],
    ['orderApi.secret.name=', 'orderApi.secret.name is missing: the name of an existing Secret'],
    ['orderWorker.secret.name=', 'orderWorker.secret.name is missing'],
    ['notifier.secret.name=', 'notifier.secret.name is missing'],
    ['migrations.secret.name=', 'migrations.secret.name is missing'],
    [
      'orderApi.preStopSeconds=26',
      'orderApi.terminationGracePeriodSeconds is too short: preStopSeconds and DRAIN_TIMEOUT_MS take 41 s',
    ],
    ['gateway.enabled=true,gateway.existing.namespace=edge', 'gateway.existing.name is missing: '],
    ['canary.enabled=true,canary.weight=5', 'canary.weight needs gateway.enabled: '],
    ['notifier.settings.DRAIN_TIMEOUT_MS=41000', 'notifier.terminationGracePeriodSeconds is too short'],
  ])('say in one sentence what is wrong with %s', async (setting, sentence) => {
    await expect(renderChart('minimal', [setting])).rejects.toThrow(sentence)
  })

  it('are all known to the schema, which knows no other', async () => {
    const values = parse(await readFile(join(CHART, 'values.yaml'), 'utf8')) as unknown
    const schema = JSON.parse(await readFile(join(CHART, 'values.schema.json'), 'utf8')) as Schema & {
      readonly definitions: Readonly<Record<string, Schema>>
    }
    const resolved = (one: Schema) =>
      one.$ref === undefined ? one : schema.definitions[one.$ref.replace('#/definitions/', '')]!
    const differences: string[] = []
    const compare = (value: unknown, unresolved: Schema, path: string) => {
      const { properties, additionalProperties } = resolved(unresolved)
      if (properties === undefined) return
      if (additionalProperties !== false) differences.push(`${path} takes anything`)
      const [named, given] = [Object.keys(properties), Object.keys(value as object)]
      // Of an image and of resources a value may say only a part.
      const partial = /image|quantities/.test(unresolved.$ref ?? '')
      const extra = partial ? [] : named.filter((name) => !given.includes(name) && name !== 'global')
      const unknown = given.filter((name) => !named.includes(name))
      differences.push(...[...extra, ...unknown].map((name) => `${path}.${name}`))
      for (const name of given)
        if (properties[name])
          compare((value as Record<string, unknown>)[name], properties[name], `${path}.${name}`)
    }

    compare(values, schema, '')

    expect(differences).toEqual([])
  })

  it('name images by digest where one is given, and by the registry of all', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const resources = await resourcesOf('minimal', [
      'image.registry=ghcr.io/shop',
      `orderApi.image.digest=${digest}`,
      'notifier.image.registry=mirror.shop.example',
      'notifier.image.tag=1.2.3',
    ])

    expect(SERVICES.map((name) => workload(resources, name).container.image)).toEqual([
      `ghcr.io/shop/comanda/order-api@${digest}`,
      'ghcr.io/shop/comanda/order-worker:0.1.0',
      'mirror.shop.example/comanda/notifier:1.2.3',
    ])
  })

  it('set only what the services know', async () => {
    const page = await readFile(join(CHART, '../../docs/configuration.md'), 'utf8')
    const sections = Object.fromEntries(
      page.split(/^##+ /m).map((section) => [section.split('\n', 1)[0], section]),
    )
    const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
    const known = (name: string) =>
      new Set([...sections[name]!.matchAll(/^\| `(\w+)` \|/gm)].map(([, setting]) => setting!))

    for (const profile of ['local', 'minimal'] as const) {
      const resources = await resourcesOf(profile)
      for (const service of ['order-api', 'order-worker', 'notifier']) {
        const names = (
          workload(resources, `comanda-${service}`).container.env as readonly { name: string }[]
        ).map(({ name }) => name.replace(/_FILE$/, ''))
        expect(names.filter((name) => !known(service).has(name) && !credentials.includes(name))).toEqual([])
      }
    }
  })
})
