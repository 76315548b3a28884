import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { ALL_APIS, CHART, renderChart } from '../../src/chart/render.js'
import type { Profile } from '../../src/chart/render.js'

/** A rendered resource, as its readers need it. */
export interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the API server's schema is kubeconform's to check
  readonly spec: any
}

export interface Workload {
  readonly name: string
  readonly resource: Resource
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  readonly pod: any
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  readonly container: any
}

/** The resources of a profile. */
export async function resourcesOf(
  profile: Profile,
  settings: readonly string[] = [],
): Promise<readonly Resource[]> {
  return parsed(await renderChart(profile, settings))
}

/** A profile as another release, with values by their paths, as a file of values has them: numbers of any size are floats. */
export async function renderRelease(
  release: { readonly name: string; readonly namespace: string },
  profile: Profile,
  values: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)('helm', [
    ...['template', release.name, CHART, '--namespace', release.namespace, '--kube-version', '1.34.0'],
    ...['--values', join(CHART, 'ci', `${profile}.yaml`)],
    ...ALL_APIS.flatMap((api) => ['--api-versions', api]),
    ...Object.entries(values).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]),
  ])
  return stdout
}

/** The resources of that. */
export async function resourcesOfRelease(
  ...release: Parameters<typeof renderRelease>
): Promise<readonly Resource[]> {
  return parsed(await renderRelease(...release))
}

/** Fails on a key that stands twice in a map. */
function parsed(rendered: string): readonly Resource[] {
  return parseAllDocuments(rendered).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0]!
    const resource = document.toJS() as Resource | null
    return resource === null ? [] : [resource]
  })
}

/** The resource of a kind and name. */
export function one(resources: readonly Resource[], kind: string, name: string): Resource {
  const found = resources.find((resource) => resource.kind === kind && resource.metadata.name === name)
  if (found === undefined) throw new Error(`the render has no ${kind} ${name}`)
  return found
}

/** What runs pods, each with its one container. */
export function workloadsOf(resources: readonly Resource[]): readonly Workload[] {
  return resources
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind))
    .map((resource) => {
      const pod = resource.spec.template.spec
      const containers = pod.containers as readonly unknown[]
      if (containers.length !== 1) throw new Error(`${resource.metadata.name} has other than one container`)
      return { name: resource.metadata.name, resource, pod, container: containers[0] }
    })
}

/** The workload of a name. */
export function workload(resources: readonly Resource[], name: string): Workload {
  const found = workloadsOf(resources).find((one) => one.name === name)
  if (found === undefined) throw new Error(`the render has no workload ${name}`)
  return found
}

export const SERVICES = ['comanda-order-api', 'comanda-order-worker', 'comanda-notifier'] as const
