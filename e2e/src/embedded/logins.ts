import { administer } from './test-environment.js'

const ROLES = ['comanda_order_api', 'comanda_order_worker', 'comanda_notifier'] as const

/**
 * Creates one login per service, named `<role>_login`, with nothing but its role's rights. Safe to repeat. Without a
 * password: the embedded server trusts 127.0.0.1, where alone it listens.
 */
export async function createServiceLogins(url: string): Promise<void> {
  for (const role of ROLES) {
    await administer(
      url,
      `do $$ begin create role ${role}_login login in role ${role}; exception when duplicate_object or unique_violation then null; end $$`,
    )
  }
}
