import { of, quantile, rateOf } from './panel.js'
import type { DashboardPlan } from './dashboard.js'

export const NOTIFICATIONS: DashboardPlan = {
  uid: 'comanda-notifications',
  title: 'Notifications',
  description: 'Whether customers are told, and how soon: deliveries, attempts, what waits.',
  rows: [
    {
      title: 'Are customers told?',
      panels: [
        {
          title: 'Handed over in time',
          description:
            'Share of notifications handed over within 30 s of their event; dead ones never are. The goal is 99 %.',
          unit: 'percentunit',
          stat: true,
          queries: [
            {
              expr: `sum(rate(notification_handover_seconds_bucket${of('le=~"30|30.0"')}[$__range])) / sum(rate(notification_handover_seconds_count${of()}[$__range]) or rate(notifications_total${of('outcome="dead"')}[$__range]))`,
              legend: 'in time',
            },
          ],
          runbooks: ['NotificationBudgetBurn'],
        },
        {
          title: 'Pending',
          description: 'Deliveries that have not ended, of all replicas.',
          unit: 'short',
          stat: true,
          queries: [{ expr: `max by (channel) (deliveries_pending${of()})`, legend: '{{channel}}' }],
          runbooks: ['NotifierFailing'],
        },
        {
          title: 'Oldest that is due',
          description: 'How long the oldest delivery that is due has waited.',
          unit: 's',
          stat: true,
          queries: [{ expr: `max by (channel) (delivery_oldest_due_seconds${of()})`, legend: '{{channel}}' }],
          runbooks: ['NotifierFailing'],
        },
        {
          title: 'Sending paused',
          description: 'The breaker of each channel: 1 while sending pauses because its far end is away.',
          unit: 'short',
          stat: true,
          queries: [
            {
              expr: `max by (channel) (notification_sending_paused${of()}) or vector(0)`,
              legend: '{{channel}}',
            },
          ],
          runbooks: ['NotifierFailing'],
        },
      ],
    },
    {
      title: 'Deliveries',
      panels: [
        {
          title: 'Ended',
          description: 'Notifications that ended: sent, superseded by a newer one, dead.',
          unit: 'ops',
          queries: [
            {
              expr: rateOf('notifications_total', [], 'channel, outcome'),
              legend: '{{channel}} {{outcome}}',
            },
          ],
          runbooks: ['NotifierFailing'],
        },
        {
          title: 'Attempts',
          description:
            'Attempts by result. deferred is a 4xx of the mail server, refused a 5xx, no_answer neither.',
          unit: 'ops',
          queries: [
            {
              expr: rateOf('notification_attempts_total', [], 'channel, result'),
              legend: '{{channel}} {{result}}',
            },
          ],
          runbooks: ['NotifierFailing'],
        },
        {
          title: 'Event to hand-over',
          description: 'From the event to the hand-over of its notification. The goal is 99 % within 30 s.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'notification_handover_seconds', [], 'channel'),
            legend: `{{channel}} p${q * 100}`,
          })),
          runbooks: ['NotificationBudgetBurn'],
          exemplars: true,
        },
        {
          title: 'Time of an attempt',
          description: 'How long the far end takes for one notification.',
          unit: 's',
          queries: [0.5, 0.99].map((q) => ({
            expr: quantile(q, 'notification_attempt_seconds', [], 'channel'),
            legend: `{{channel}} p${q * 100}`,
          })),
          runbooks: ['NotifierFailing'],
          exemplars: true,
        },
        {
          title: 'In hand',
          description: 'Deliveries that are claimed and not recorded, of all replicas.',
          unit: 'short',
          queries: [{ expr: `sum by (channel) (deliveries_in_hand${of()})`, legend: '{{channel}}' }],
          runbooks: ['NotifierFailing'],
        },
        {
          title: 'Events taken',
          description:
            'Events by what they asked for: stored, known (an earlier copy did it), without_address.',
          unit: 'ops',
          queries: [
            { expr: rateOf('events_taken_total', [], 'outcome'), legend: '{{outcome}}' },
            {
              expr: `${rateOf('notification_step_failures_total', [], 'step')} or vector(0)`,
              legend: '{{step}} failed',
            },
          ],
          runbooks: ['NotificationBudgetBurn'],
        },
      ],
    },
  ],
}
