import { parseAllDocuments } from 'yaml'
import { renderChart } from '../../src/chart/render.js'
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
  const documents = parseAllDocuments(await renderChart(profile, settings))
  return documents.flatMap((document) => {
    const resource = document.toJS() as Resource | null
    return resource === null ? [] : [resource]
  })
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
