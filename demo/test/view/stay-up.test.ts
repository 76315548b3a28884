import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { stayUp } from '../../src/view/stay-up.js'

const CONFIRMED = { isReplay: false, status: 'confirmed', reason: null, orders: 1 }

/** Stays up over a database whose orders stand as given, until they have been looked at twice. */
async function shownOver(rows: readonly object[]): Promise<string> {
  const stop = new AbortController()
  const output = new PassThrough()
  let looks = 0
  const query = (statement: string) => {
    if (!statement.includes('group by 1')) return Promise.resolve([])
    looks += 1
    if (looks === 2) stop.abort()
    return Promise.resolve(rows)
  }
  const target = { mailSink: { received: [] }, restarts: () => 0 }
  const run = { target, database: { query }, output, stop: stop.signal }
  await stayUp(run as unknown as Parameters<typeof stayUp>[0], 'giftshop')
  output.end()
  return text(output)
}

describe('stayUp', () => {
  it('shows once how the orders stand that the user sent while the replay ran', async () => {
    const shown = await shownOver([CONFIRMED])

    expect(shown).toBe('your orders: 1 confirmed, 0 cancelled\n')
  })

  it('says nothing while the user has sent no order', async () => {
    const shown = await shownOver([{ ...CONFIRMED, isReplay: true, orders: 47 }])

    expect(shown).toBe('')
  })
})
