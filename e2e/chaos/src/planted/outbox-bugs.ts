import { WORKER } from './planted-bug.js'
import type { PlantedBug } from './planted-bug.js'

/** What loses an event between its transaction and the queue. */
export const OUTBOX_BUGS: readonly PlantedBug[] = [
  {
    name: 'outbox row outside the transaction',
    patches: [
      {
        file: `${WORKER}/adapters/postgres/write-records.js`,
        find: 'writeRows(client, INSERT_OUTBOX, events, [',
        replace: 'writeRows(globalThis.otherConnections, INSERT_OUTBOX, events, [',
      },
      {
        file: `${WORKER}/adapters/postgres/order-store.js`,
        find: 'async applyAll(batch) {',
        replace: 'async applyAll(batch) { globalThis.otherConnections = pool;',
      },
    ],
    faults: ['W2', 'postgres-kill', 'kill'],
    caughtBy: ['I1', 'I5', 'I6', 'I8'],
  },
  {
    name: 'relay by `id > last`',
    patches: [
      {
        file: `${WORKER}/adapters/postgres/outbox.js`,
        find: 'client.query(CLAIM, [olderThanMs, except, limit]);',
        replace: `client.query(CLAIM.replace('select', 'select seq,').replace('where', 'where seq > ' + (globalThis.last ?? 0) + ' and'),
                [olderThanMs, except, limit]);
            for (const { seq } of rows) globalThis.last = Math.max(globalThis.last ?? 0, Number(seq));`,
      },
      {
        file: `${WORKER}/adapters/sqs/event-relay.js`,
        find: 'for (const event of events) {\n            inHand',
        replace: 'for (const event of []) {\n            inHand',
      },
    ],
    faults: ['send-failed', 'error-500', 'queue-restart', 'cut'],
    caughtBy: ['I8'],
  },
  {
    name: 'marked before sent',
    patches: [
      {
        file: `${WORKER}/adapters/sqs/event-relay.js`,
        find: 'lanes.send(event).then(',
        replace: 'outbox.remove([event.id]).then(() => lanes.send(event)).then(',
      },
    ],
    faults: ['R1', 'kill', 'error-500', 'queue-restart'],
    caughtBy: ['I8'],
  },
  {
    name: '`Failed` entries ignored',
    patches: [
      {
        file: 'shared/dist/src/sqs/batch-entries.js',
        find: "results[index] = { kind: 'failed', code: Code ?? 'unknown', retryable: SenderFault !== true };",
        replace: 'results[index] = SENT;',
      },
    ],
    faults: ['send-failed'],
    caughtBy: ['I1', 'I8'],
  },
]
