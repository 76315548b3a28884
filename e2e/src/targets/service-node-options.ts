/**
 * How Node runs the services, here and in every other size (`npm start` of each service's package.json says the same).
 * Left alone, Node 24 collects old space late, so a service that needs 100 MiB takes 300. What is in hand is bounded by
 * bytes (shared/src/sqs), far below this heap. The young generation holds what is under way: with 4 MB a fifth of the CPU
 * went into copying it from one half into the other; with 32 MB order-api took 177 MiB, with 16 MB 161.
 */
export const SERVICE_NODE_OPTIONS = [
  '--max-semi-space-size=8',
  '--max-old-space-size=112',
  '--enable-source-maps',
] as const
