import { describe, expect, it } from '@jest/globals'
import { one, renderRelease, resourcesOf, resourcesOfRelease, workload, workloadsOf } from './support.js'
import type { Resource } from './support.js'

const COMANDA = { name: 'comanda', namespace: 'comanda' }

function names(resources: readonly Resource[]): readonly string[] {
  return resources.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
}

describe('a release', () => {
  it('adds labels without one of them standing twice, the nearest ruling', async () => {
    const resources = await resourcesOfRelease(COMANDA, 'eks-hardened', {
      commonLabels: { team: 'shop', release: 'all', 'app.kubernetes.io/part-of': 'platform' },
      'orderWorker.podLabels': { team: 'orders' },
    })
    const worker = workload(resources, 'comanda-order-worker').resource

    expect(worker.metadata.labels).toMatchObject({ team: 'shop', 'app.kubernetes.io/part-of': 'platform' })
    expect(worker.spec.template.metadata.labels).toMatchObject({ team: 'orders', release: 'all' })
    expect(one(resources, 'PodMonitor', 'comanda').metadata.labels).toMatchObject({ release: 'prometheus' })
  })

  it('gives numbers as what they are, large ones and shares', async () => {
    const rendered = await renderRelease(COMANDA, 'eks', {
      'orderApi.settings': { AUTH_CACHED_TOKENS: 1_000_000, ACCESS_LOG: true, OTEL_TRACES_SAMPLER_ARG: 0.05 },
      'gateway.envoyGateway.maxClientConnections': 2_000_000,
      'gateway.envoyGateway.rateLimit.local.requests': 3_000_000,
      'orderWorker.autoscaling.queueLength': 4_000_000,
    })

    // The API server reads 2e+06 as no integer.
    expect(rendered).not.toMatch(/\de\+\d/)
    for (const words of [
      '"1000000"',
      '"true"',
      '"0.05"',
      '{ value: 2000000,',
      'requests: 3000000,',
      '"4000000"',
    ])
      expect(rendered).toContain(words)
  })
})

describe('a canary', () => {
  it('of a tag runs that tag, whatever the digest of the version beside it is', async () => {
    const canary = await resourcesOf('eks', ['canary.enabled=true', 'canary.image.tag=0.2.0'])

    expect(workload(canary, 'comanda-order-api-canary').container.image).toMatch(/order-api:0\.2\.0$/)
    expect(workload(canary, 'comanda-order-api').container.image).toMatch(/order-api@sha256:1+$/)
  })
})

describe('releases side by side', () => {
  it('share no name in one namespace', async () => {
    const namespace = 'shop'
    const [first, second] = await Promise.all(
      ['comanda', 'comanda-canary'].map((name) => resourcesOfRelease({ name, namespace }, 'eks-hardened')),
    )

    expect(names(first!).filter((name) => names(second!).includes(name))).toEqual([])
  })

  it('have valid names and Services of proxies of their own, however long theirs are', async () => {
    const namespace = 'platform-orders-production-eu-west-1'
    const releases = await Promise.all(
      ['comanda-storefront-of-the-outlet-shop-blue', 'comanda-storefront-of-the-outlet-b'].map((name) =>
        resourcesOfRelease({ name, namespace }, 'eks-hardened', { 'canary.enabled': true }),
      ),
    )
    const services = releases.map(
      (resources) =>
        resources.find(({ kind }) => kind === 'EnvoyProxy')!.spec.provider.kubernetes.envoyService.name,
    )

    expect(new Set(services).size).toBe(2)
    for (const resources of releases) {
      const strict = resources.filter(({ kind }) => ['Service', 'Deployment', 'Job'].includes(kind))
      for (const name of [...services, ...strict.map(({ metadata }) => metadata.name)])
        expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/)
      expect(workloadsOf(resources)).toHaveLength(5)
    }
  })
})
