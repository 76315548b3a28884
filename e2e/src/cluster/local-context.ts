import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { z } from 'zod'
import { runTool } from './kubectl.js'

const Contexts = z.object({
  'current-context': z.string(),
  clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })),
})

/** Where a context leads. */
export interface Context {
  readonly name: string
  readonly server: string
}

/** The current context of kubectl. */
export async function currentContext(): Promise<Context> {
  const view = Contexts.parse(
    JSON.parse(await runTool('kubectl', ['config', 'view', '--minify', '--output', 'json'])),
  )
  return { name: view['current-context'], server: view.clusters[0]?.cluster.server ?? '' }
}

/**
 * Whether a cluster runs on this machine: its API server listens on the loopback device, on an address of this machine, or on
 * one of the names that Docker Desktop gives it. What only has a local name may be anywhere.
 */
export function isLocal({ server }: Context, addresses = ownAddresses()): boolean {
  if (!URL.canParse(server)) return false
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '')
  return (
    ['localhost', 'kubernetes.docker.internal', 'host.docker.internal', '0.0.0.0'].includes(host) ||
    (isIP(host) === 4 && host.startsWith('127.')) ||
    addresses.includes(host)
  )
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
}

/** Refuses a cluster that does not look local, unless COMANDA_CLUSTER_CONTEXT names its context. */
export async function requireLocalContext(): Promise<Context> {
  const context = await currentContext()
  if (isLocal(context) || process.env['COMANDA_CLUSTER_CONTEXT'] === context.name) return context
  throw new Error(
    `The context ${context.name} (${context.server}) does not look like a cluster of this machine. ` +
      `Set COMANDA_CLUSTER_CONTEXT=${context.name} where it may be used for tests all the same.`,
  )
}
