import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { ALL_APIS, CHART, renderChart } from '../../src/chart/render.js'
import { one, resourcesOf, workload } from './support.js'

const GATEWAY = ['gateway.enabled=true', 'gateway.envoyGateway.enabled=true']

describe('an optional part whose API the cluster lacks', () => {
  it.each([
    ['gateway.networking.k8s.io', GATEWAY, 'gateway.enabled needs gateway.networking.k8s.io/v1/'],
    ['gateway.envoyproxy.io', GATEWAY, 'gateway.envoyGateway.enabled needs gateway.envoyproxy.io/v1alpha1/'],
    [
      'monitoring.coreos.com',
      ['monitoring.podMonitor.enabled=true'],
      'needs monitoring.coreos.com/v1/PodMonitor',
    ],
    [
      'monitoring.coreos.com',
      ['monitoring.rules.enabled=true'],
      'needs monitoring.coreos.com/v1/PrometheusRule',
    ],
    ['keda.sh', ['orderWorker.autoscaling.enabled=true'], 'needs keda.sh/v1alpha1/'],
  ])('ends the installation in one sentence (%s)', async (group, settings, sentence) => {
    const others = ALL_APIS.filter((api) => !api.startsWith(group))

    const rendered = renderChart('minimal', settings, others)

    await expect(rendered).rejects.toThrow(sentence)
    await expect(rendered).rejects.toThrow(
      /which this cluster does not have: install .+ first, or switch it off\./,
    )
  })
})

describe('the gateway', () => {
  it('gives every request less time than whoever stands in front has, and more than order-api takes', async () => {
    const route = one(await resourcesOf('eks'), 'HTTPRoute', 'comanda-order-api')

    expect(route.spec.rules.map(({ timeouts }: { timeouts: unknown }) => timeouts)).toEqual([
      { request: '25s' },
      { request: '4s' },
    ])
    expect(route.spec.rules[0].matches).toEqual([
      {
        method: 'GET',
        path: { type: 'PathPrefix', value: '/v1/orders/' },
        headers: [{ type: 'RegularExpression', name: 'prefer', value: '.*wait.*' }],
      },
    ])
    await expect(renderChart('eks', ['gateway.timeouts.requestSeconds=2'])).rejects.toThrow('requestSeconds')
    await expect(renderChart('eks', ['gateway.timeouts.waitSeconds=20'])).rejects.toThrow('waitSeconds')
  })

  it('leads to the port of the API and nowhere else', async () => {
    const resources = await resourcesOf('eks')
    const routes = resources.filter(({ kind }) => kind === 'HTTPRoute')
    const backends = routes.flatMap(({ spec }) =>
      (spec.rules as readonly { backendRefs: readonly unknown[] }[]).flatMap(
        ({ backendRefs }) => backendRefs,
      ),
    )

    expect(backends).toEqual(backends.map(() => ({ name: 'comanda-order-api', port: 8_080 })))
    expect(backends).toHaveLength(3)
  })

  it('takes the address of a caller from the one header that is named, and no identity from any', async () => {
    const resources = await resourcesOf('eks')
    const { spec } = one(resources, 'ClientTrafficPolicy', 'comanda')

    expect(spec.clientIPDetection).toEqual({ customHeader: { name: 'x-client-ip', failClosed: true } })
    expect(spec.headers.earlyRequestHeaders.remove).toEqual(
      expect.arrayContaining(['x-account', 'x-actor', 'x-client-id']),
    )
  })

  it('repeats no request that may have reached a pod', async () => {
    const { spec } = one(await resourcesOf('eks'), 'BackendTrafficPolicy', 'comanda-order-api')

    expect(spec.retry).toEqual({
      numRetries: 2,
      retryOn: { triggers: ['connect-failure', 'refused-stream'] },
    })
  })

  it('leaves what rules a whole Gateway to the owner of an existing one', async () => {
    const resources = await resourcesOf('eks', [
      'gateway.existing.name=shared',
      'gateway.existing.namespace=edge',
      'gateway.existing.sectionName=https',
    ])
    const kinds = new Set(resources.map(({ kind }) => kind))

    expect(one(resources, 'HTTPRoute', 'comanda-order-api').spec.parentRefs).toEqual([
      { name: 'shared', namespace: 'edge', sectionName: 'https' },
    ])
    expect(['Gateway', 'EnvoyProxy', 'ClientTrafficPolicy'].filter((kind) => kinds.has(kind))).toEqual([])
    expect(kinds.has('SecurityPolicy') && kinds.has('BackendTrafficPolicy')).toBe(true)
  })

  it('works without Envoy Gateway by what the Gateway API alone says', async () => {
    const resources = await resourcesOf('minimal', ['gateway.enabled=true', 'gateway.className=other'])

    expect(resources.filter(({ apiVersion }) => apiVersion.startsWith('gateway.envoyproxy.io'))).toEqual([])
    expect(one(resources, 'Gateway', 'comanda').spec).toMatchObject({ gatewayClassName: 'other' })
  })

  it('asks no token of a preflight where scripts of other origins may call', async () => {
    const allowed = ['orderApi.settings.CORS_ORIGINS=https://shop.example']
    const [resources, without] = await Promise.all([resourcesOf('eks', allowed), resourcesOf('eks')])
    const name = 'comanda-order-api-preflight'

    expect(one(resources, 'HTTPRoute', name).spec.rules).toEqual([
      {
        matches: [{ method: 'OPTIONS', path: { type: 'PathPrefix', value: '/v1/' } }],
        timeouts: { request: '4s' },
        backendRefs: [{ name: 'comanda-order-api', port: 8_080 }],
      },
    ])
    const targets = (kind: string) =>
      (one(resources, kind, 'comanda-order-api').spec.targetRefs as readonly { name: string }[]).map(
        (target) => target.name,
      )
    expect(targets('SecurityPolicy')).not.toContain(name)
    expect(targets('BackendTrafficPolicy')).toContain(name)
    expect(without.some(({ metadata }) => metadata.name === name)).toBe(false)
  })

  it('gives a canary its share, on pods that neither Deployment takes from the other', async () => {
    const resources = await resourcesOf('minimal', [
      'gateway.enabled=true',
      'canary.enabled=true',
      'canary.weight=5',
      'canary.image.tag=0.2.0',
    ])
    const stable = workload(resources, 'comanda-order-api')
    const canary = workload(resources, 'comanda-order-api-canary')

    for (const { backendRefs } of one(resources, 'HTTPRoute', 'comanda-order-api').spec.rules)
      expect(backendRefs).toEqual([
        { name: 'comanda-order-api', port: 8_080, weight: 95 },
        { name: 'comanda-order-api-canary', port: 8_080, weight: 5 },
      ])
    expect(canary.container.image).toBe('comanda/order-api:0.2.0')
    for (const [{ resource }, track] of [
      [stable, 'stable'],
      [canary, 'canary'],
    ] as const) {
      expect(resource.spec.selector.matchLabels['comanda/track']).toBe(track)
      expect(one(resources, 'Service', resource.metadata.name).spec.selector['comanda/track']).toBe(track)
    }
  })
})

describe('autoscaling', () => {
  it('leaves the number of pods to the scaler, and says it where there is none', async () => {
    const names = ['comanda-order-api', 'comanda-order-worker', 'comanda-notifier']
    const [scaled, fixed] = await Promise.all([resourcesOf('eks'), resourcesOf('minimal')])

    for (const name of names) {
      expect(workload(scaled, name).resource.spec.replicas).toBeUndefined()
      expect(workload(fixed, name).resource.spec.replicas).toBe(2)
    }
  })

  it('counts messages in flight, asks as the role that is named, and never goes below one pod', async () => {
    const resources = await resourcesOf('eks')
    for (const [name, queue] of [
      ['comanda-order-worker', 'orders'],
      ['comanda-notifier', 'order-events'],
    ] as const) {
      const { spec } = one(resources, 'ScaledObject', name)
      expect(spec.minReplicaCount).toBeGreaterThanOrEqual(1)
      expect(spec.triggers).toEqual([
        expect.objectContaining({
          type: 'aws-sqs-queue',
          metadata: expect.objectContaining({
            queueURL: `https://sqs.eu-west-1.amazonaws.com/123456789012/${queue}`,
            scaleOnInFlight: 'true',
          }),
        }),
      ])
    }
    expect(one(resources, 'TriggerAuthentication', 'comanda-queues').spec).toEqual({
      podIdentity: { provider: 'aws', roleArn: 'arn:aws:iam::123456789012:role/comanda-keda' },
    })
    await expect(renderChart('eks', ['notifier.autoscaling.minReplicas=0'])).rejects.toThrow('minReplicas')
  })

  it('takes a pod away only when the one before had the time to drain', async () => {
    const resources = await resourcesOf('eks')
    const { behavior } = one(resources, 'HorizontalPodAutoscaler', 'comanda-order-api').spec

    expect(behavior.scaleDown).toEqual({
      stabilizationWindowSeconds: 300,
      policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
    })
    await expect(renderChart('eks', ['orderApi.autoscaling.scaleDown.periodSeconds=20'])).rejects.toThrow(
      'orderApi.autoscaling.scaleDown.periodSeconds is shorter than a drain: preStopSeconds and DRAIN_TIMEOUT_MS take 25 s.',
    )
  })

  it('looks at requests in flight where an adapter shows them', async () => {
    const resources = await resourcesOf('eks', ['orderApi.autoscaling.inFlight.enabled=true'])

    expect(one(resources, 'HorizontalPodAutoscaler', 'comanda-order-api').spec.metrics).toEqual([
      {
        type: 'ContainerResource',
        containerResource: {
          container: 'order-api',
          name: 'cpu',
          target: { type: 'Utilization', averageUtilization: 70 },
        },
      },
      {
        type: 'Pods',
        pods: {
          metric: { name: 'http_requests_in_flight' },
          target: { type: 'AverageValue', averageValue: '40' },
        },
      },
    ])
  })
})

describe('monitoring', () => {
  it('is off until it is asked for', async () => {
    const kinds = new Set((await resourcesOf('minimal')).map(({ kind }) => kind))

    expect(['PodMonitor', 'PrometheusRule', 'ConfigMap'].filter((kind) => kinds.has(kind))).toEqual([])
  })

  it('brings every rule and every dashboard of the repository', async () => {
    const resources = await resourcesOf('eks-hardened')
    const [rules, dashboards] = await Promise.all(
      ['rules', 'dashboards'].map((folder) => readdir(join(CHART, '../../observability', folder))),
    )

    const groups = resources.filter(({ kind }) => kind === 'PrometheusRule')
    const maps = resources.filter(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.['grafana_dashboard'],
    )
    expect(groups).toHaveLength(rules!.length)
    expect(groups.every(({ spec }) => spec.groups.length > 0)).toBe(true)
    expect(maps).toHaveLength(dashboards!.length)
    expect(one(resources, 'PodMonitor', 'comanda').spec.podMetricsEndpoints[0].port).toBe('admin')
  })
})
