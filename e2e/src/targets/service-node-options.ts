import type { ServiceName } from './target.js'

/**
 * How Node runs the services, here and in every other size (`npm start` of each service's package.json says the same).
 * Left alone, Node 24 collects old space late, so a service that needs 100 MiB takes 300. What is in hand is bounded by
 * bytes (shared/src/sqs), far below this heap. The young generation holds what is under way: with 4 MB a fifth of the CPU
 * went into copying it from one half into the other, with 32 MB order-api took 177 MiB.
 */
export function serviceNodeOptions(service: ServiceName): readonly string[] {
  return [
    `--max-semi-space-size=${SEMI_SPACE_MB[service]}`,
    '--max-old-space-size=112',
    '--enable-source-maps',
  ]
}

const SEMI_SPACE_MB: Readonly<Record<ServiceName, number>> = {
  'order-api': 16,
  'order-worker': 16,
  notifier: 8,
}
