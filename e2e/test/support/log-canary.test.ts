import { describe, expect, it } from '@jest/globals'
import { FREE_TEXT, PERSONAL, createLogCanary } from './log-canary.js'

describe('the log canary', () => {
  const line = (text: string) => JSON.stringify({ service: 'order-api', msg: text })
  const METRIC = 'orders_accepted_total{service="order-api"} 1'
  const found = (
    seen: { logs: string; metrics?: string; traces?: string; refusals?: readonly string[] },
    secrets: readonly string[] = [],
  ) => {
    const canary = createLogCanary()
    for (const secret of secrets) canary.secret(secret)
    for (const body of seen.refusals ?? []) canary.refusal(body)
    return canary.found({
      logs: async () => seen.logs,
      metrics: async () => seen.metrics ?? METRIC,
      traces: async () => seen.traces ?? '',
      secrets: ['the-smtp-password'],
    })
  }

  it('finds personal data in any letter case, texts of callers, and secrets', async () => {
    const logs = [PERSONAL.mailbox.toUpperCase(), FREE_TEXT, 'the-key-of-one', 'the-smtp-password']

    const kinds = await found({ logs: logs.map(line).join('\n') }, ['the-key-of-one', 'the-key-of-another'])

    expect(kinds).toEqual([
      'mailbox in logs',
      'freeText in logs',
      'the-key-of-one in logs',
      'the-smtp-password in logs',
    ])
  })

  it('looks into metrics, traces and refusals too', async () => {
    const seen = {
      logs: line('answered'),
      metrics: `${METRIC}\nrequests{city="${PERSONAL.city}",service="order-api"} 1`,
      traces: `{"url.full":"/v1/orders?receipt=the-receipt"}`,
      refusals: ['{}', `{"detail":"${PERSONAL.street} is no street"}`],
    }

    expect(await found(seen, ['the-receipt'])).toEqual([
      'city in metrics',
      'the-receipt in traces',
      'street in refusals',
    ])
  })

  it('is content with lines that hold none, and not with nothing to look at', async () => {
    expect(await found({ logs: line('answered') }, ['the-key-of-one'])).toEqual([])
    expect(await found({ logs: '' })).toEqual(['no log of order-api'])
    expect(await found({ logs: line('answered'), metrics: '' })).toEqual(['no metric of order-api'])
  })
})
