import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Folder of the chart. */
export const CHART = fileURLToPath(new URL('../../../../charts/comanda/', import.meta.url))

/** Profiles under `ci/` of the chart. */
export const PROFILES = ['local', 'eks', 'eks-hardened', 'minimal'] as const
export type Profile = (typeof PROFILES)[number]

/** What optional parts of the chart ask of a cluster, as `helm template` is told it. */
export const ALL_APIS = [
  'gateway.networking.k8s.io/v1/Gateway',
  'gateway.networking.k8s.io/v1/HTTPRoute',
  'gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy',
  'keda.sh/v1alpha1/ScaledObject',
  'keda.sh/v1alpha1/TriggerAuthentication',
  'monitoring.coreos.com/v1/PodMonitor',
  'monitoring.coreos.com/v1/PrometheusRule',
] as const

const KUBERNETES_VERSION = '1.34.0'
const MAX_OUTPUT_BYTES = 64 * 1_024 * 1_024
const run = promisify(execFile)

/**
 * Renders the chart as release `comanda` in namespace `comanda` with a profile's values and settings like `--set` takes
 * them. Needs `helm` on the PATH. Rejects with helm's own words.
 */
export async function renderChart(
  profile: Profile,
  settings: readonly string[] = [],
  apis: readonly string[] = ALL_APIS,
): Promise<string> {
  const { stdout } = await run(
    'helm',
    [
      ...['template', 'comanda', CHART, '--namespace', 'comanda', '--kube-version', KUBERNETES_VERSION],
      ...['--values', join(CHART, 'ci', `${profile}.yaml`)],
      ...apis.flatMap((api) => ['--api-versions', api]),
      ...settings.flatMap((setting) => ['--set', setting]),
    ],
    { maxBuffer: MAX_OUTPUT_BYTES },
  )
  return stdout
}

/** File of a profile's committed render. */
export function goldenFile(profile: Profile): string {
  return join(CHART, 'ci/golden', `${profile}.yaml`)
}

/** A profile's committed render. */
export function readGolden(profile: Profile): Promise<string> {
  return readFile(goldenFile(profile), 'utf8')
}
