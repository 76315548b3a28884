import { join } from 'node:path'
import { freePort } from '@comanda/e2e/embedded'
import type { Queues } from '@comanda/e2e/embedded'
import { serviceSettings } from '@comanda/e2e/targets'
import type { ServiceName } from '@comanda/e2e/targets'
import { startServiceProcess } from './service-process.js'
import type { ServiceProcess } from './service-process.js'
import { CHAOS_SETTINGS } from './world-settings.js'

export interface ServicesOptions {
  /** Where they are built. */
  readonly root: string
  readonly replicas: number
  readonly databaseUrl: string
  readonly queues: Queues
  readonly authIssuers: string
  readonly smtpUrl: string
  readonly files: { readonly logs: string; readonly fired: string }
  /** Settings beside those of every chaos run. */
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
}

const SERVICES = ['order-api', 'order-worker', 'notifier'] as const

/** Starts so many replicas of each service. Resolves once all are ready; what was started until then is in `started`. */
export async function startServices(
  options: ServicesOptions,
  started: (() => Promise<unknown>)[],
): Promise<{
  readonly apiUrls: readonly string[]
  readonly services: Readonly<Record<ServiceName, readonly ServiceProcess[]>>
}> {
  const { root, files } = options
  const receiptKey = Buffer.alloc(32, 'chaos').toString('base64')
  const apiUrls: string[] = []
  const services: Record<ServiceName, ServiceProcess[]> = {
    'order-api': [],
    'order-worker': [],
    notifier: [],
  }
  started.push(() => Promise.all(Object.values(services).flatMap((all) => all.map((one) => one.stop()))))
  for (let replica = 1; replica <= options.replicas; replica += 1) {
    const apiPort = await freePort()
    const adminPorts = {
      'order-api': await freePort(),
      'order-worker': await freePort(),
      notifier: await freePort(),
    }
    const settings = serviceSettings({
      apiPort,
      adminPorts,
      databaseUrl: options.databaseUrl,
      queues: options.queues,
      authIssuers: options.authIssuers,
      receiptKey,
      smtpUrl: options.smtpUrl,
    })
    for (const name of SERVICES)
      services[name].push(
        startServiceProcess({
          service: name,
          name: `${name}-${replica}`,
          main: join(root, 'services', name, 'dist/src/main.js'),
          environment: { ...settings[name], ...CHAOS_SETTINGS[name], ...options.settings?.[name] },
          adminPort: adminPorts[name],
          logFile: join(files.logs, `${name}-${replica}.log`),
          faultFile: files.fired,
        }),
      )
    apiUrls.push(`http://127.0.0.1:${apiPort}`)
  }
  await Promise.all(Object.values(services).flatMap((all) => all.map((one) => one.ready())))
  return { apiUrls, services }
}
