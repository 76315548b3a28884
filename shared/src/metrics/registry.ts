import { Registry, collectDefaultMetrics } from 'prom-client'

export { Registry }

/** A registry of a service's own with Node's default metrics (event loop, memory, garbage collection) in it. */
export function createRegistry(service: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return registry
}
