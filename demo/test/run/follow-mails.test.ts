import { expect, it } from '@jest/globals'
import type { ReceivedMail } from '@comanda/e2e/embedded'
import { followMails } from '../../src/run/follow-mails.js'

const mailOf = (raw: string): ReceivedMail => ({ to: ['a@shop.example'], raw, receivedAt: 0 })

it('tells of every mail once, also of one that is listed before others that were told already', async () => {
  const [first, second, third] = [mailOf('first'), mailOf('second'), mailOf('third')]
  let listed = [first, third]
  const told: string[] = []
  const following = followMails({ mails: () => Promise.resolve(listed) }, ({ raw }) => void told.push(raw))

  await following.caughtUp()
  listed = [first, second, third]
  await following.caughtUp()
  await following.stop()

  expect(told).toEqual(['first', 'third', 'second'])
})
