import type { Target } from '../../src/targets/index.js'

/** Knows everything that a run has used and that no log may repeat. */
export interface LogCanary {
  /** A token, a receipt, a key. */
  secret(value: string): void
  /** The kinds of things that were found in the target's logs; none when all is well. */
  found(target: Pick<Target, 'logs'>): Promise<readonly string[]>
  /** How many different secrets were used. */
  readonly count: number
}

/** Stands in every name, e-mail address and part of an address that the suite sends. */
export const PERSONAL = {
  name: 'Canaria Quill',
  mailbox: 'canary.mailbox',
  street: '7 Canary Wharf Crescent',
  city: 'Canaryville',
  postalCode: 'CNR9 7QX',
} as const

/** Stands in the notes and reasons that callers write. */
export const FREE_TEXT = 'canary free text'

export function createLogCanary(): LogCanary {
  const secrets = new Set<string>()
  return {
    secret: (value) => void secrets.add(value),
    get count() {
      return secrets.size
    },
    async found(target) {
      const logs = await target.logs()
      // Without lines to look at, finding nothing would say nothing.
      if (!logs.includes('"service":"order-api"')) return ['no log of order-api']
      const personal = Object.entries({ ...PERSONAL, freeText: FREE_TEXT })
        .filter(([, marker]) => logs.toLowerCase().includes(marker.toLowerCase()))
        .map(([kind]) => kind)
      return [...personal, ...[...secrets].filter((secret) => logs.includes(secret))]
    },
  }
}
