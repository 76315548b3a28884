import { WORKER } from './planted-bug.js'
import type { PlantedBug } from './planted-bug.js'

/** When a message is over: too early, or for good though a later release could read it. */
export const WORKER_BUGS: readonly PlantedBug[] = [
  {
    name: 'delete before commit',
    patches: [
      {
        file: `${WORKER}/adapters/sqs/command-handler.js`,
        find: 'await apply(reads, outcomes, signal);\n        return',
        replace:
          'apply(reads, [], signal).catch(() => undefined);\n        settle(reads, outcomes, DONE);\n        return',
      },
    ],
    faults: ['W1', 'W2', 'W4', 'postgres-kill'],
    caughtBy: ['I1', 'I5'],
  },
  {
    name: 'an old worker that parks a newer version',
    patches: [
      {
        file: `${WORKER}/adapters/sqs/command-handler.js`,
        find: "{ kind: 'retry', reason: `unknown type ${read.type}` }",
        replace: "{ kind: 'park', reason: `unknown type ${read.type}` }",
      },
    ],
    faults: [],
    caughtBy: ['I5'],
  },
]
