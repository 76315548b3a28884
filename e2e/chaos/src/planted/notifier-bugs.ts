import { NOTIFIER } from './planted-bug.js'
import type { PlantedBug } from './planted-bug.js'

/** What notifier could get wrong. */
export const NOTIFIER_BUGS: readonly PlantedBug[] = [
  {
    name: 'new Message-ID per retry',
    patches: [
      {
        file: `${NOTIFIER}/domain/message-id.js`,
        find: '`<${eventId}@${sender',
        replace: '`<${eventId}${Math.random()}@${sender',
      },
    ],
    faults: ['N3'],
    caughtBy: ['I10'],
  },
]
