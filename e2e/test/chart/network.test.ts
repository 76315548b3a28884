import { describe, expect, it } from '@jest/globals'
import { resourcesOf, workloadsOf } from './support.js'
import type { Resource } from './support.js'

/** Edges of a policy in words: `in http from namespace x`, `out 5432 to comanda postgres`. */
function edges({ spec }: Resource): readonly string[] {
  const words = (direction: string, rules: readonly Rule[] = []) =>
    rules.flatMap(({ from, to, ports }) =>
      (from ?? to ?? [{}]).map((peer) => `${direction} ${portsIn(ports)} ${peerName(peer)}`),
    )
  return [...words('in', spec.ingress), ...words('out', spec.egress)]
}

function portsIn(ports: Rule['ports']): string {
  return ports === undefined ? 'any port from' : [...new Set(ports.map(({ port }) => port))].join(',')
}

interface Rule {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly { readonly port: string | number }[]
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
  readonly podSelector?: {
    readonly matchLabels: Readonly<Record<string, string>>
    readonly matchExpressions?: readonly { readonly values: readonly string[] }[]
  }
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

function peerName({ namespaceSelector, podSelector, ipBlock }: Peer): string {
  if (ipBlock) return [ipBlock.cidr, ...(ipBlock.except ?? [])].join(' but ')
  const labels = podSelector?.matchLabels ?? {}
  const among = podSelector?.matchExpressions?.flatMap(({ values }) => values) ?? []
  const pods = labels['app.kubernetes.io/component'] ?? labels['k8s-app'] ?? (among.join(' or ') || 'any pod')
  const namespace = namespaceSelector?.matchLabels['kubernetes.io/metadata.name']
  return namespace === undefined ? pods : `${pods} of ${namespace}`
}

async function policiesOf(profile: 'local' | 'minimal', settings: readonly string[] = []) {
  const resources = await resourcesOf(profile, settings)
  const policies = resources.filter(({ kind }) => kind === 'NetworkPolicy')
  const named = policies.map((policy) => [policy.metadata.name.replace('comanda-', ''), edges(policy)])
  return { resources, policies, byName: Object.fromEntries(named) as Record<string, readonly string[]> }
}

const DNS = 'out 53 kube-dns of kube-system'
const METRICS = 'in admin any pod of monitoring'
const ANYWHERE = '0.0.0.0/0 but 169.254.0.0/16'
const IDENTITY = 'out 80 169.254.170.23/32'

describe('the network policies', () => {
  it('deny both directions to every pod of the release', async () => {
    const { resources, policies } = await policiesOf('minimal')
    const deny = policies.find(({ metadata }) => metadata.name === 'comanda-deny')!

    expect(deny.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'] })
    expect(edges(deny)).toEqual([])
    for (const policy of policies) expect(policy.spec.policyTypes).toEqual(['Ingress', 'Egress'])
    for (const { resource } of workloadsOf(resources))
      expect(resource.spec.template.metadata.labels).toMatchObject(deny.spec.podSelector.matchLabels)
  })

  it('name the only edges of an installation on existing parts', async () => {
    const { byName } = await policiesOf('minimal')

    expect(byName).toEqual({
      deny: [],
      'order-api': [
        'in http proxy of envoy-gateway-system',
        METRICS,
        DNS,
        `out 5432 ${ANYWHERE}`,
        `out 443 ${ANYWHERE}`,
        IDENTITY,
        `out 443 ${ANYWHERE}`,
      ],
      'order-worker': [METRICS, DNS, `out 5432 ${ANYWHERE}`, `out 443 ${ANYWHERE}`, IDENTITY],
      notifier: [
        METRICS,
        DNS,
        `out 5432 ${ANYWHERE}`,
        `out 443 ${ANYWHERE}`,
        IDENTITY,
        `out 587,465 ${ANYWHERE}`,
      ],
      migrations: [DNS, `out 5432 ${ANYWHERE}`],
    })
  })

  it('narrow what lies outside to the addresses that are given', async () => {
    const { byName } = await policiesOf('minimal', [
      'networkPolicies.postgres.to[0].ipBlock.cidr=10.1.2.0/24',
      'networkPolicies.queues.to[0].ipBlock.cidr=10.1.3.0/24',
      'networkPolicies.podIdentity=false',
      'networkPolicies.monitoring.from=null',
    ])

    expect(byName['order-worker']).toEqual([DNS, 'out 5432 10.1.2.0/24', 'out 443 10.1.3.0/24'])
  })

  it('open the way to a collector of traces and to Redis only where the settings name them', async () => {
    const { byName } = await policiesOf('minimal', [
      'orderApi.settings.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4318',
      'orderApi.settings.RATE_LIMIT_REDIS_URL=redis://limits:6379',
      'notifier.settings.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4318',
      'networkPolicies.telemetry.to[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=monitoring',
      'networkPolicies.redis.to[0].ipBlock.cidr=10.1.4.0/24',
    ])
    const ofSecret = await policiesOf('minimal', ['orderApi.secret.redisUrlKey=redis-url'])

    expect(byName['order-api']).toEqual(
      expect.arrayContaining(['out 4318 any pod of monitoring', 'out 6379 10.1.4.0/24']),
    )
    expect(ofSecret.byName['order-api']).toContain(`out 6379 ${ANYWHERE}`)
    expect(byName['notifier']).toContain('out 4318 any pod of monitoring')
    expect(byName['order-worker']?.filter((edge) => /4318|6379/.test(edge))).toEqual([])
  })

  it('let nobody reach order-api where nobody is named', async () => {
    const { byName } = await policiesOf('minimal', ['networkPolicies.gateway.from=null'])
    const local = await policiesOf('local', [
      'networkPolicies.gateway.from=null',
      'networkPolicies.keda.from=null',
    ])

    expect(byName['order-api']?.filter((edge) => edge.startsWith('in'))).toEqual([METRICS])
    expect(local.byName['issuer']).toEqual(['in http order-api'])
    expect(local.byName['elasticmq']).toEqual(['in sqs order-api or order-worker or notifier'])
  })

  it('let a suite of tests reach the development parts where it is named', async () => {
    const { byName } = await policiesOf('local', [
      'development.from[0].podSelector.matchLabels.app\\.kubernetes\\.io/component=e2e',
    ])

    for (const part of ['postgres', 'elasticmq', 'mailpit', 'issuer'])
      expect(byName[part]).toContain('in any port from e2e')
    expect(byName['order-api']).toContain('in admin e2e')
  })

  it('let the development parts be reached by those that need them, and reach nobody', async () => {
    const { byName } = await policiesOf('local')

    expect(byName).toMatchObject({
      postgres: ['in postgres order-api or order-worker or notifier or migrations'],
      elasticmq: ['in sqs order-api or order-worker or notifier', 'in sqs any pod of keda'],
      mailpit: ['in smtp notifier'],
      issuer: ['in http order-api', 'in http proxy of envoy-gateway-system'],
      'order-api': [
        'in http proxy of envoy-gateway-system',
        METRICS,
        DNS,
        'out 5432 postgres',
        'out 9324 elasticmq',
        'out 8081 issuer',
      ],
      notifier: [METRICS, DNS, 'out 5432 postgres', 'out 9324 elasticmq', 'out 1025 mailpit'],
    })
  })
})
