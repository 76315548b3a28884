import { describe, expect, it } from '@jest/globals'
import { FREE_TEXT, PERSONAL, createLogCanary } from './log-canary.js'

describe('the log canary', () => {
  const line = (text: string) => JSON.stringify({ service: 'order-api', msg: text })
  const found = (logs: string, secrets: readonly string[] = []) => {
    const canary = createLogCanary()
    for (const secret of secrets) canary.secret(secret)
    return canary.found({ logs: async () => logs })
  }

  it('finds personal data in any letter case, texts of callers, and secrets', async () => {
    const logs = [PERSONAL.mailbox.toUpperCase(), FREE_TEXT, 'the-key-of-one'].map(line).join('\n')

    const kinds = await found(logs, ['the-key-of-one', 'the-key-of-another'])

    expect(kinds).toEqual(['mailbox', 'freeText', 'the-key-of-one'])
  })

  it('is content with lines that hold none, and not with no lines at all', async () => {
    expect(await found(line('answered'), ['the-key-of-one'])).toEqual([])
    expect(await found('')).toEqual(['no log of order-api'])
  })
})
