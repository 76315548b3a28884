import { of, quantile, rateOf } from './panel.js'
import type { DashboardPlan } from './dashboard.js'

export const QUEUES: DashboardPlan = {
  uid: 'comanda-queues',
  title: 'Queues',
  description: 'What waits, how long, and how it is worked off: queues, dead letters, outbox, lanes.',
  rows: [
    {
      title: 'What waits',
      panels: [
        {
          title: 'Depth',
          description:
            'Messages in each queue by state. SQS counts approximately; every replica that watches a queue shows it, so this is the maximum.',
          unit: 'short',
          queries: [
            {
              expr: `max by (queue, state) (queue_messages${of('queue!~".+-dead-letter"')})`,
              legend: '{{queue}} {{state}}',
            },
          ],
          runbooks: ['OrderQueueStalled'],
        },
        {
          title: 'Dead letters',
          description:
            'Messages that were received twenty times in vain. Must be 0: each wants a repair and a redrive.',
          unit: 'short',
          queries: [
            { expr: `max by (queue) (queue_messages${of('queue=~".+-dead-letter"')})`, legend: '{{queue}}' },
          ],
          runbooks: ['DeadLetterNotEmpty'],
        },
        {
          title: 'Age of the oldest',
          description:
            'Greatest age of a message that was received within the last minute, and the time since a queue was last empty, which bounds the age of what nobody receives.',
          unit: 's',
          queries: [
            { expr: `max by (queue) (message_oldest_seconds${of()})`, legend: '{{queue}} received' },
            { expr: `max by (queue) (queue_not_empty_seconds${of()})`, legend: '{{queue}} not empty for' },
          ],
          runbooks: ['OldestOrderTooOld', 'OrderQueueStalled'],
        },
        {
          title: 'Outbox',
          description:
            'Age of the oldest event that is committed and not sent. More than a few seconds: the queue does not take them.',
          unit: 's',
          queries: [{ expr: `max(outbox_oldest_seconds${of()})`, legend: 'oldest' }],
          runbooks: ['OutboxLagging'],
          columns: 6,
        },
        {
          title: 'Unsent events',
          description: 'Events in the outbox, those included that are just being sent.',
          unit: 'short',
          queries: [{ expr: `max(outbox_unsent${of()})`, legend: 'unsent' }],
          runbooks: ['OutboxLagging'],
          columns: 6,
        },
      ],
    },
    {
      title: 'How it is worked off',
      panels: [
        {
          title: 'Received',
          description: 'Messages received a second, repeated ones included.',
          unit: 'mps',
          queries: [{ expr: rateOf('messages_received_total', [], 'queue'), legend: '{{queue}}' }],
          runbooks: ['OrderQueueStalled'],
        },
        {
          title: 'Settled',
          description: 'What messages were told: done, retry (they come again), park (nobody can read them).',
          unit: 'mps',
          queries: [
            { expr: rateOf('messages_settled_total', [], 'queue, outcome'), legend: '{{queue}} {{outcome}}' },
          ],
          runbooks: ['OrderQueueStalled', 'DeadLetterNotEmpty'],
        },
        {
          title: 'Receive counts',
          description:
            'How often messages had been received when they came. 1 is good; near 20 they become dead letters.',
          unit: 'short',
          queries: [
            { expr: quantile(0.5, 'message_receive_count', [], 'queue'), legend: '{{queue}} p50' },
            { expr: quantile(0.99, 'message_receive_count', [], 'queue'), legend: '{{queue}} p99' },
          ],
          runbooks: ['OldestOrderTooOld'],
        },
        {
          title: 'Time in the queue',
          description: 'Age of messages when they are received.',
          unit: 's',
          queries: [
            { expr: quantile(0.5, 'message_age_seconds', [], 'queue'), legend: '{{queue}} p50' },
            { expr: quantile(0.99, 'message_age_seconds', [], 'queue'), legend: '{{queue}} p99' },
          ],
          runbooks: ['OldestOrderTooOld'],
          exemplars: true,
        },
        {
          title: 'In hand, and pauses',
          description: 'Messages received and not settled, and whether receiving is paused (1).',
          unit: 'short',
          queries: [
            { expr: `sum by (queue) (messages_in_hand${of()})`, legend: '{{queue}} in hand' },
            { expr: `max by (queue, reason) (consumer_paused${of()})`, legend: '{{queue}} {{reason}}' },
          ],
          runbooks: ['PostgresAway', 'OrderQueueStalled'],
        },
        {
          title: 'Handling of a batch',
          description: 'How long handlers take for a batch, at the 99th percentile.',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'consumer_batch_seconds', [], 'queue'), legend: '{{queue}} p99' }],
          runbooks: ['DecisionBudgetBurn'],
        },
        {
          title: 'Messages of a batch',
          description:
            'How many messages are handled together on average: small at low load, up to a hundred under load.',
          unit: 'short',
          queries: [
            {
              expr: `${rateOf('consumer_batch_messages_sum', [], 'queue')} / ${rateOf('consumer_batch_messages_count', [], 'queue')}`,
              legend: '{{queue}}',
            },
          ],
          runbooks: ['OldestOrderTooOld'],
        },
      ],
    },
    {
      title: 'Lanes and calls',
      panels: [
        {
          title: 'Lanes',
          description: 'Calls under way, of so many that may be, and messages that wait for one.',
          unit: 'short',
          queries: [
            { expr: `sum by (queue) (lane_departures_under_way${of()})`, legend: '{{queue}} under way' },
            { expr: `sum by (queue) (lane_count${of()})`, legend: '{{queue}} lanes' },
            { expr: `sum by (queue) (lane_waiting${of()})`, legend: '{{queue}} waiting' },
          ],
          runbooks: ['LanesSaturated'],
        },
        {
          title: 'Lane fill and wait',
          description: 'Messages a call on average (ten is full).',
          unit: 'short',
          queries: [
            {
              expr: `${rateOf('lane_departure_entries_sum', [], 'queue')} / ${rateOf('lane_departure_entries_count', [], 'queue')}`,
              legend: '{{queue}} a call',
            },
          ],
          columns: 6,
          runbooks: ['LanesSaturated'],
        },
        {
          title: 'Wait for a lane',
          description: 'How long messages wait for a lane, at the 99th percentile.',
          unit: 's',
          queries: [{ expr: quantile(0.99, 'lane_wait_seconds', [], 'queue'), legend: '{{queue}} p99' }],
          runbooks: ['LanesSaturated'],
          columns: 6,
        },
        {
          title: 'Calls to SQS',
          description:
            'Calls a second by operation. Half of the bill is here: at capacity well below one an order.',
          unit: 'ops',
          queries: [
            {
              expr: rateOf('queue_call_seconds_count', [], 'queue, operation, outcome'),
              legend: '{{queue}} {{operation}} {{outcome}}',
            },
          ],
          runbooks: ['LanesSaturated', 'OutboxLagging'],
        },
        {
          title: 'Time of a call',
          description: 'Long polls left out. Retries of the client are inside.',
          unit: 's',
          queries: [
            {
              expr: quantile(0.99, 'queue_call_seconds', ['operation!="receive"'], 'operation'),
              legend: '{{operation}} p99',
            },
          ],
          runbooks: ['LanesSaturated'],
        },
      ],
    },
  ],
}
