import { rm } from 'node:fs/promises'

/** Stops what the global setup started and removes its data. */
export default async function globalTeardown(): Promise<void> {
  const servers = globalThis.comandaTestServers
  if (servers === undefined) return
  await Promise.all([servers.postgres.stop(), servers.sqs.stop()])
  await rm(servers.dataDir, { recursive: true, force: true })
}
