import { beforeAll, describe, expect, it } from '@jest/globals'
import { PROFILES } from '../../src/chart/render.js'
import { resourcesOf, SERVICES, workload, workloadsOf } from './support.js'
import type { Resource } from './support.js'

describe.each(PROFILES)('the workloads of the profile %s', (profile) => {
  let resources: readonly Resource[]
  beforeAll(async () => {
    resources = await resourcesOf(profile)
  })

  it('are restricted, as users of their own from 10001 on, with a root that cannot be written', () => {
    for (const { name, pod, container } of workloadsOf(resources)) {
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      // The image of the development Postgres has a user of its own.
      const least = name === 'comanda-postgres' ? 999 : 10_001
      expect(pod.securityContext.runAsUser).toBeGreaterThanOrEqual(least)
      expect(pod.securityContext.runAsGroup).toBeGreaterThanOrEqual(least)
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      for (const flag of ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers']) expect(pod[flag]).toBeUndefined()
      for (const volume of pod.volumes) expect(volume.hostPath).toBeUndefined()
    }
  })

  it('mount no token, learn of no other service, and have an account of their own without rights', () => {
    for (const { pod, resource } of workloadsOf(resources)) {
      expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
      const service = resource.metadata.labels!['app.kubernetes.io/component']!
      if (!['postgres', 'elasticmq', 'mailpit', 'issuer'].includes(service))
        expect(pod.serviceAccountName).toBe(`comanda-${service}`)
    }
    expect(resources.filter(({ kind }) => /^(Cluster)?Role(Binding)?$/.test(kind))).toEqual([])
  })

  it('get secrets as files and none in their environment', () => {
    for (const { container } of workloadsOf(resources)) {
      for (const { name, value, valueFrom } of container.env ?? []) {
        expect(valueFrom).toBeUndefined()
        if (/URL|KEYS|PASSWORD/.test(name) && !/QUEUE_URL$/.test(name))
          expect(value).toMatch(/^\/run\/secrets\//)
      }
      expect(container.envFrom).toBeUndefined()
    }
  })

  it('have requests and limits of CPU, memory and ephemeral storage', () => {
    for (const { container } of workloadsOf(resources))
      for (const bound of ['requests', 'limits'])
        expect(Object.keys(container.resources[bound]).toSorted()).toEqual([
          'cpu',
          'ephemeral-storage',
          'memory',
        ])
  })

  it('answer probes on the admin port only, which stands in no Service', () => {
    for (const name of SERVICES) {
      const { container } = workload(resources, name)
      const probe = (kind: string) => container[`${kind}Probe`].httpGet
      expect(probe('startup')).toEqual({ path: '/readyz', port: 'admin' })
      expect(probe('readiness')).toEqual({ path: '/readyz', port: 'admin' })
      expect(probe('liveness')).toEqual({ path: '/livez', port: 'admin' })
    }
    const ports = resources.filter(({ kind }) => kind === 'Service').flatMap(({ spec }) => spec.ports)
    expect(ports.filter(({ targetPort }) => [9_090, 'admin'].includes(targetPort))).toEqual([])
  })

  it('are rolled out without a missing pod, and have the time to drain', () => {
    for (const name of SERVICES) {
      const { resource, pod, container } = workload(resources, name)
      const setting = (wanted: string) =>
        Number(container.env.find((one: { name: string }) => one.name === wanted).value)
      const preStop = Number(container.lifecycle?.preStop.sleep.seconds ?? 0)
      expect(resource.spec.strategy.rollingUpdate).toMatchObject({ maxUnavailable: 0 })
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
        preStop + setting('DRAIN_TIMEOUT_MS') / 1_000 + 5,
      )
    }
    expect(workload(resources, 'comanda-order-api').container.lifecycle.preStop.sleep.seconds).toBe(10)
  })

  it('spread over zones and nodes, and are evicted one by one', () => {
    for (const name of SERVICES) {
      const { resource, pod } = workload(resources, name)
      const constraints = pod.topologySpreadConstraints as readonly {
        topologyKey: string
        nodeTaintsPolicy?: string
      }[]
      const keys = constraints.map(({ topologyKey }) => topologyKey)
      const budget = resources.find(
        ({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === name,
      )
      expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname'])
      // A node that is drained is empty and takes nobody: it may not count as the one to be filled next.
      for (const { nodeTaintsPolicy } of constraints) expect(nodeTaintsPolicy).toBe('Honor')
      expect(budget?.spec.maxUnavailable).toBe(1)
      expect(resource.spec.template.metadata.labels).toMatchObject(budget?.spec.selector.matchLabels)
    }
  })
})
