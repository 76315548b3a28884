import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { CHART } from '../../src/chart/render.js'
import { resourcesOf, SERVICES, workload } from './support.js'

const ROOT = join(CHART, '../..')
const read = (path: string) => readFile(join(ROOT, path), 'utf8')

interface Release {
  readonly valuesFiles: readonly string[]
  readonly overrides?: Values
  readonly setValueTemplates: Readonly<Record<string, string>>
}

interface Artifact {
  readonly image: string
  readonly docker: { readonly target: string; readonly buildArgs?: { SERVICE: string; MAIN: string } }
}

interface Plan {
  readonly build: { readonly artifacts: readonly Artifact[] }
  readonly deploy: { readonly helm: { readonly releases: readonly Release[] } }
}

interface Verification extends Plan {
  readonly patches: readonly { readonly op: string; readonly path: string; readonly value?: Values }[]
  readonly verify: readonly {
    readonly container: { readonly name: string; readonly image: string }
    readonly executionMode: { readonly kubernetesCluster: { readonly jobManifestPath: string } }
  }[]
}

type Value = string | boolean | number | readonly string[] | Values
interface Values {
  readonly [name: string]: Value
}

/** Values as `--set` takes them. */
function settingsOf(value: Value, path = ''): readonly string[] {
  if (typeof value !== 'object') return [`${path}=${value}`]
  if (Array.isArray(value)) return value.map((item: string, index) => `${path}[${index}]=${item}`)
  return Object.entries(value).flatMap(([name, inner]) => settingsOf(inner, path ? `${path}.${name}` : name))
}

describe('skaffold.yaml', () => {
  let plan: Plan
  let eks: Plan
  let verify: Verification
  let dockerfile: string
  beforeAll(async () => {
    dockerfile = await read('services/Dockerfile')
    const all = parse(await read('skaffold.yaml')) as Plan & {
      readonly profiles: readonly (Verification & { readonly name: string })[]
    }
    plan = all
    eks = all.profiles.find(({ name }) => name === 'eks')!
    verify = all.profiles.find(({ name }) => name === 'verify')!
  })

  it('builds what the Dockerfile has', () => {
    const targets = [...dockerfile.matchAll(/^FROM .+ AS (\S+)$/gm)].map(([, name]) => name)

    for (const { docker } of [...plan.build.artifacts, ...eks.build.artifacts, ...verify.build.artifacts]) {
      expect(targets).toContain(docker.target)
      if (docker.buildArgs) expect(targets).toContain(`${docker.buildArgs.SERVICE}-dependencies`)
    }
  })

  it('runs every service from sources that it may write to, starts it anew when they change, and never else', async () => {
    const [release] = plan.deploy.helm.releases
    const images = Object.entries(release!.setValueTemplates).map(
      ([path, template]) => `${path}=${template.replace(/^\{\{\.(\w+)\}\}.*$/, '$1')}`,
    )
    const resources = await resourcesOf('local', [...settingsOf(release!.overrides!), ...images])

    expect(release!.valuesFiles).toEqual(['charts/comanda/ci/local.yaml'])
    for (const name of SERVICES) {
      const { container } = workload(resources, name)
      const service = name.replace('comanda-', '')
      expect(container.command).toEqual(
        expect.arrayContaining([`--watch-path=services/${service}`, '--watch-path=shared', 'main.mjs']),
      )
      expect(container.image).toMatch(/^IMAGE_REPO_comanda_\w+:IMAGE_TAG_comanda_\w+$/)
      expect(container.securityContext.readOnlyRootFilesystem).toBe(false)
      expect(container.livenessProbe).toBeUndefined()
    }
    // It ends when it has migrated.
    expect(workload(resources, 'comanda-migrations').container.command).toBeUndefined()
  })

  it('gives EKS the images that ship, by digest', () => {
    const [release] = eks.deploy.helm.releases

    expect(eks.build.artifacts.map(({ docker }) => docker.target)).toEqual([
      'order-api',
      'order-worker',
      'notifier',
    ])
    expect(Object.keys(release!.setValueTemplates).filter((path) => path.endsWith('.digest'))).toHaveLength(3)
  })

  it('verifies the images that ship, by a pod that the network policies let in', async () => {
    const [test] = verify.verify
    const job = parse(await read(test!.executionMode.kubernetesCluster.jobManifestPath))
    const { labels } = job.spec.template.metadata
    const valueOf = (name: string) => verify.patches.find(({ path }) => path.endsWith(`/${name}`))?.value
    const from = [{ podSelector: { matchLabels: labels } }]

    expect(verify.build.artifacts.map(({ docker }) => docker.target)).toEqual([
      'order-api',
      'order-worker',
      'notifier',
      'issuer',
      'e2e',
    ])
    expect(verify.build.artifacts.map(({ image }) => image)).toContain(test!.container.image)
    expect(job.spec.template.spec.containers[0].name).toBe(test!.container.name)
    expect(valueOf('development')).toEqual({ from })
    expect(valueOf('networkPolicies')).toEqual({ monitoring: { from } })
  })
})
