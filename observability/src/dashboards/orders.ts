import { of, quantile, rateOf } from './panel.js'
import type { DashboardPlan } from './dashboard.js'

const increase = (metric: string, own: readonly string[] = [], by = '') =>
  `sum${by === '' ? '' : ` by (${by})`} (increase(${metric}${of(...own)}[$__range]))`

export const ORDERS: DashboardPlan = {
  uid: 'comanda-orders',
  title: 'Orders',
  description: 'What becomes of orders: accepted, decided, told. Start here.',
  rows: [
    {
      title: 'Is every order taken and answered?',
      panels: [
        {
          title: 'Missing accepted orders',
          description:
            'Sampled orders that got a 202 and were not stored fifteen minutes later; each replica samples its own. Must be 0: anything else means that someone must act.',
          unit: 'short',
          stat: true,
          queries: [{ expr: `sum(accepted_orders_missing${of('minutes="15"')})`, legend: 'missing' }],
          runbooks: ['AcceptedOrderMissing'],
        },
        {
          title: 'Accepted',
          description:
            'Orders that got a 202 within the range of the dashboard, repeated requests not counted.',
          unit: 'short',
          stat: true,
          queries: [{ expr: increase('orders_accepted_total'), legend: 'accepted' }],
          runbooks: ['IntakeBudgetBurn', 'ServiceDown'],
        },
        {
          title: 'Rejected',
          description: 'Share of the decided orders that was rejected within the range of the dashboard.',
          unit: 'percentunit',
          stat: true,
          queries: [
            {
              expr: `(${increase('orders_decided_total', ['status="rejected"'])} or vector(0)) / ${increase('orders_decided_total')}`,
              legend: 'rejected',
            },
          ],
        },
        {
          title: 'Intake within its goal',
          description:
            'Share of valid requests for orders that were answered 202 within 250 ms. The goal is 99.9 %.',
          unit: 'percentunit',
          stat: true,
          queries: [
            {
              expr: `sum(rate(http_request_duration_seconds_bucket${of('route="/v1/orders"', 'method="POST"', 'status="202"', 'le="0.25"')}[$__range])) / sum(rate(http_request_duration_seconds_count${of('route="/v1/orders"', 'method="POST"', 'status=~"202|5.."')}[$__range]))`,
              legend: 'in time',
            },
          ],
          runbooks: ['IntakeBudgetBurn'],
        },
      ],
    },
    {
      title: 'The funnel',
      panels: [
        {
          title: 'Orders through the funnel',
          description:
            'Accepted by the API, confirmed and rejected by the worker, cancelled, shipped and delivered later. Lines that part show where orders wait or end.',
          unit: 'ops',
          queries: [
            { expr: rateOf('orders_accepted_total'), legend: 'accepted' },
            { expr: rateOf('orders_decided_total', [], 'status'), legend: '{{status}}' },
            { expr: rateOf('orders_moved_total', [], 'status'), legend: '{{status}} later' },
          ],
          runbooks: ['OrderQueueStalled', 'DecisionBudgetBurn'],
        },
        {
          title: 'Notifications of orders',
          description: 'Notifications that ended, by channel and outcome. Dead ones never arrive.',
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
          title: 'Rejections by reason',
          description:
            'Why orders are rejected. A jump of unknown_product or price_changed is often a catalog that was not loaded.',
          unit: 'ops',
          queries: [
            { expr: rateOf('orders_decided_total', ['status="rejected"'], 'reason'), legend: '{{reason}}' },
          ],
        },
        {
          title: 'Refused requests by code',
          description:
            'What the API refuses before it accepts anything, by the code of the problem document.',
          unit: 'reqps',
          queries: [{ expr: rateOf('requests_refused_total', [], 'code'), legend: '{{code}}' }],
          runbooks: ['IntakeBudgetBurn', 'LanesSaturated'],
        },
        {
          title: 'Revenue by currency',
          description:
            'Totals of confirmed orders a minute. Later cancels are not taken off: for a feeling, not for the books.',
          unit: 'short',
          queries: [
            {
              expr: `60 * ${rateOf('orders_confirmed_amount_total', [], 'currency')}`,
              legend: '{{currency}} a minute',
            },
          ],
          columns: 24,
        },
      ],
    },
    {
      title: 'How long it takes',
      panels: [
        {
          title: 'Accepted to decided',
          description: 'From the 202 to the durable decision. The goal is 99 % within 5 s.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'order_decision_seconds'),
            legend: `p${q * 100}`,
          })),
          runbooks: ['DecisionBudgetBurn', 'OldestOrderTooOld'],
          exemplars: true,
        },
        {
          title: 'Accepted to notified',
          description: 'From the 202 to the hand-over of the first notification about the order.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'order_accepted_to_notified_seconds'),
            legend: `p${q * 100}`,
          })),
          runbooks: ['NotificationBudgetBurn'],
          exemplars: true,
        },
      ],
    },
  ],
}
