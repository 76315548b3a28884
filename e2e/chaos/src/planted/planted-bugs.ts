import { API_BUGS } from './api-bugs.js'
import { NOTIFIER_BUGS } from './notifier-bugs.js'
import { OUTBOX_BUGS } from './outbox-bugs.js'
import type { PlantedBug } from './planted-bug.js'
import { STOCK_BUGS } from './stock-bugs.js'
import { WORKER_BUGS } from './worker-bugs.js'

/** Every bug that the checker has to catch. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...API_BUGS,
  ...WORKER_BUGS,
  ...STOCK_BUGS,
  ...OUTBOX_BUGS,
  ...NOTIFIER_BUGS,
]
