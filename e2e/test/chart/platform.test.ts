import { describe, expect, it } from '@jest/globals'
import { one, resourcesOf, resourcesOfRelease, SERVICES, workload } from './support.js'
import type { Workload } from './support.js'

const COMANDA = { name: 'comanda', namespace: 'comanda' }
const MIGRATED = [...SERVICES, 'comanda-migrations']

function setting({ container }: Workload, wanted: string): string | undefined {
  return (container.env as readonly { name: string; value: string }[]).find(({ name }) => name === wanted)
    ?.value
}

describe('a platform', () => {
  it('has certificates of its own trusted by everything that calls Postgres', async () => {
    const [without, trust] = await Promise.all([
      resourcesOf('minimal'),
      resourcesOf('minimal', ['trustedCa.configMap=rds-ca', 'trustedCa.key=global-bundle.pem']),
    ])

    for (const name of MIGRATED) {
      expect(setting(workload(without, name), 'NODE_EXTRA_CA_CERTS')).toBeUndefined()
      const trusting = workload(trust, name)
      expect(setting(trusting, 'NODE_EXTRA_CA_CERTS')).toBe('/etc/comanda/ca.pem')
      expect(trusting.container.volumeMounts).toContainEqual({
        name: 'trusted-ca',
        mountPath: '/etc/comanda',
        readOnly: true,
      })
      expect(trusting.pod.volumes).toContainEqual({
        name: 'trusted-ca',
        configMap: { name: 'rds-ca', items: [{ key: 'global-bundle.pem', path: 'ca.pem' }] },
      })
    }
  })

  it('keeps the password of Redis in the Secret', async () => {
    const api = workload(
      await resourcesOf('minimal', ['orderApi.secret.redisUrlKey=redis-url']),
      'comanda-order-api',
    )

    expect(setting(api, 'RATE_LIMIT_REDIS_URL_FILE')).toBe('/run/secrets/comanda/rate-limit-redis-url')
    expect(api.pod.volumes[0].secret.items).toContainEqual({ key: 'redis-url', path: 'rate-limit-redis-url' })
  })

  it('brings service accounts that exist, and gets no others', async () => {
    const resources = await resourcesOf('eks', ['orderWorker.serviceAccount.name=made-by-terraform'])

    expect(workload(resources, 'comanda-order-worker').pod.serviceAccountName).toBe('made-by-terraform')
    expect(
      resources.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name),
    ).toEqual(['comanda-notifier', 'comanda-order-api', 'comanda-migrations'])
  })

  it('labels and annotates the pod of the migrations', async () => {
    const resources = await resourcesOfRelease(COMANDA, 'minimal', {
      'migrations.podLabels': { 'sidecar.istio.io/inject': 'false' },
      'migrations.podAnnotations': { 'karpenter.sh/do-not-disrupt': 'true' },
    })
    const { spec } = workload(resources, 'comanda-migrations').resource

    expect(spec.template.metadata.labels).toMatchObject({ 'sidecar.istio.io/inject': 'false' })
    expect(spec.template.metadata.annotations).toEqual({ 'karpenter.sh/do-not-disrupt': 'true' })
  })

  it('places the proxies and names the class of their load balancer', async () => {
    const pod = { tolerations: [{ key: 'edge', operator: 'Exists' }] }
    const resources = await resourcesOfRelease(COMANDA, 'eks', {
      'gateway.envoyGateway.proxy': { loadBalancerClass: 'eks.amazonaws.com/nlb', pod },
    })
    const { envoyDeployment, envoyService } = one(resources, 'EnvoyProxy', 'comanda').spec.provider.kubernetes

    expect(envoyDeployment.pod).toEqual(pod)
    expect(envoyService.loadBalancerClass).toBe('eks.amazonaws.com/nlb')
  })

  it('finds no path in the access log of the proxies, since callers write names and receipts into it', async () => {
    const { telemetry } = one(await resourcesOf('eks'), 'EnvoyProxy', 'comanda').spec
    const [{ format }] = telemetry.accessLog.settings

    expect(format.json).toMatchObject({ route: '%ROUTE_NAME%', requestId: '%REQ(X-REQUEST-ID)%' })
    expect(JSON.stringify(format)).not.toMatch(/path|query/i)
  })
})
