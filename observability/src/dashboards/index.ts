import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { dashboardOf } from './dashboard.js'
import { NOTIFICATIONS } from './notifications.js'
import { ORDERS } from './orders.js'
import { QUEUES } from './queues.js'
import { SERVICES } from './services.js'

/** Every dashboard, by the name of its file. */
export function dashboards(): Readonly<Record<string, Dashboard>> {
  return {
    orders: dashboardOf(ORDERS),
    queues: dashboardOf(QUEUES),
    services: dashboardOf(SERVICES),
    notifications: dashboardOf(NOTIFICATIONS),
  }
}
