import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { exampleEvent } from './example-events.js'
import { createSurroundings, headerOf, until } from './running-notifier.js'
import type { Surroundings } from './running-notifier.js'

describe('notifier', () => {
  let at: Surroundings
  beforeEach(async () => {
    at = await createSurroundings()
  })
  afterEach(() => at.close())

  it('sends one mail for each event and then forgets the address', async () => {
    const events = Array.from({ length: 30 }, () => exampleEvent())
    await at.start()

    await at.publish(...events)

    await until('30 mails are recorded', async () => {
      const rows = await at.rows()
      return rows.length === 30 && rows.every(({ status }) => status === 'sent')
    })
    const ids = at.sink.received.map((mail) => headerOf(mail, 'Message-ID'))
    expect(new Set(ids)).toEqual(new Set(events.map(({ id }) => `<${id}@giftshop.example>`)))
    expect(at.sink.received).toHaveLength(30)
    expect((await at.rows()).every(({ event, attempts }) => event === null && attempts === 1)).toBe(true)
  })
})
