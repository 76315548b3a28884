/**
 * How Node runs the services, here and in every other size (`npm start` of each service's package.json says the same).
 * Left alone, Node 24 lets its young generation grow to 128 MB and collects old space late, so a service that needs
 * 100 MiB takes 300. What is in hand is bounded by bytes (shared/src/sqs), far below this heap.
 */
export const SERVICE_NODE_OPTIONS = [
  '--max-semi-space-size=4',
  '--max-old-space-size=112',
  '--enable-source-maps',
]
