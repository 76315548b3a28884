import type { ServiceName } from './target.js'

/**
 * How Node runs the services, here and in every other size (`npm start` of each service's package.json says the same).
 * Left alone, Node 24 collects old space late, so a service that needs 100 MiB takes 300. What is in hand is bounded by
 * bytes (shared/src/sqs), far below this heap. order-api gets a young generation that holds every request under way: with
 * 4 MB a fifth of its CPU went into copying them out of it.
 */
export function serviceNodeOptions(service: ServiceName): readonly string[] {
  return [
    `--max-semi-space-size=${SEMI_SPACE_MB[service]}`,
    '--max-old-space-size=112',
    '--enable-source-maps',
  ]
}

const SEMI_SPACE_MB: Readonly<Record<ServiceName, number>> = {
  'order-api': 32,
  'order-worker': 8,
  notifier: 4,
}
