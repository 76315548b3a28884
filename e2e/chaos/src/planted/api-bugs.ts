import { API } from './planted-bug.js'
import type { PlantedBug } from './planted-bug.js'

/** What order-api could get wrong: when it answers, and to whom. */
export const API_BUGS: readonly PlantedBug[] = [
  {
    name: 'acknowledge before send',
    patches: [
      {
        file: `${API}/adapters/sqs/command-queue.js`,
        find: 'const result = await deadlines.within(sent, tooLate);',
        replace: "sent.catch(() => undefined); const result = 'sent';",
      },
    ],
    faults: ['A1', 'error-500', 'send-failed', 'queue-restart'],
    caughtBy: ['I1'],
  },
  {
    name: 'account missing in a WHERE',
    patches: [
      {
        file: `${API}/adapters/postgres/statements.js`,
        find: 'and o.account_id is not distinct from wanted.account_id\n      and (wanted.actor',
        replace: "and wanted.account_id <> ''\n      and (wanted.actor",
      },
    ],
    faults: [],
    caughtBy: ['I13'],
  },
  {
    name: '404 before the row',
    patches: [
      {
        file: `${API}/domain/show-order.js`,
        find: 'const receipt = checkReceipt(receipts, principal, orderId, request.receipt);',
        replace: "const receipt = { kind: 'invalid' };",
      },
    ],
    faults: ['postgres-kill', 'delay'],
    caughtBy: ['I11'],
  },
]
