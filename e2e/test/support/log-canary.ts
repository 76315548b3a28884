import type { Target } from '../../src/targets/index.js'

/** Where the canary looks. */
export type Searched = Pick<Target, 'logs' | 'metrics' | 'traces' | 'secrets'>

/** Knows everything that a run has used and that nothing which operators or other callers see may repeat. */
export interface LogCanary {
  /** A token, a receipt, a key. */
  secret(value: string): void
  /** The body of an answer that refuses or fails. */
  refusal(body: string): void
  /**
   * What was found, and where: in the target's logs, metrics and traces, and in the refusals that its callers got. None
   * when all is well.
   */
  found(target: Searched): Promise<readonly string[]>
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
  const refusals = new Set<string>()
  return {
    secret: (value) => void secrets.add(value),
    refusal: (body) => void refusals.add(body),
    get count() {
      return secrets.size
    },
    async found(target) {
      const [logs, metrics, traces] = await Promise.all([target.logs(), target.metrics(), target.traces?.()])
      // Without lines to look at, finding nothing would say nothing.
      if (!logs.includes('"service":"order-api"')) return ['no log of order-api']
      if (!metrics.includes('service="order-api"')) return ['no metric of order-api']
      const places = { logs, metrics, traces: traces ?? '', refusals: [...refusals].join('\n') }
      const markers = { ...PERSONAL, freeText: FREE_TEXT }
      const hidden = [...secrets, ...target.secrets]
      return Object.entries(places).flatMap(([place, text]) => {
        const lower = text.toLowerCase()
        const personal = Object.entries(markers).filter(([, marker]) => lower.includes(marker.toLowerCase()))
        const leaked = [
          ...personal.map(([kind]) => kind),
          ...hidden.filter((secret) => text.includes(secret)),
        ]
        return leaked.map((what) => `${what} in ${place}`)
      })
    },
  }
}
