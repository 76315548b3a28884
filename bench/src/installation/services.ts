import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { EMULATOR_ENVIRONMENT, freePort } from '@comanda/e2e/embedded'
import { startProcess } from '../host/start-process.js'
import { SERVICE_NODE_OPTIONS } from '@comanda/e2e/targets'
import type { ProcessOptions, StartedProcess } from '../host/start-process.js'

export const SERVICES = ['order-api', 'order-worker', 'notifier'] as const
export type ServiceName = (typeof SERVICES)[number]

/** A service under the production `main`, started and ready. */
export interface RunningProcess extends StartedProcess {
  readonly adminPort: number
}

/** The compiled process file of a service. */
export function mainOf(service: ServiceName): string {
  return fileURLToPath(new URL(`../../../../services/${service}/dist/src/main.js`, import.meta.url))
}

/** Starts a service as production does, with nothing switched off, and resolves once /readyz says so. */
export async function startService(
  service: ServiceName,
  settings: Readonly<Record<string, string>>,
  options: Pick<ProcessOptions, 'core' | 'nodeOptions' | 'output'>,
): Promise<RunningProcess> {
  const adminPort = await freePort()
  const started = startProcess(mainOf(service), {
    ...options,
    nodeOptions: [...SERVICE_NODE_OPTIONS, ...(options.nodeOptions ?? [])],
    environment: {
      ...EMULATOR_ENVIRONMENT,
      HOST: '127.0.0.1',
      ADMIN_PORT: String(adminPort),
      ...settings,
    },
  })
  await untilReady(service, started, adminPort)
  return { ...started, adminPort }
}

async function untilReady(service: string, { child }: StartedProcess, adminPort: number): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${service} ended before it was ready`)
    const status = await fetch(`http://127.0.0.1:${adminPort}/readyz`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    if (performance.now() > deadline) throw new Error(`${service} was not ready after 30 s`)
    await delay(50)
  }
}
