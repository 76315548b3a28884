import { describe, expect, it } from '@jest/globals'
import { hold } from '../../src/sqs/consuming/held-message.js'
import { BATCH_BYTES, createWaitingRoom } from '../../src/sqs/consuming/waiting-room.js'

const held = (id: string, bytes: number, group?: string) =>
  hold(
    {
      MessageId: id,
      Body: 'x'.repeat(bytes),
      Attributes: group === undefined ? {} : { MessageGroupId: group },
    },
    0,
  )
const idsOf = (batch: ReturnType<typeof held>[]) => batch.map(({ message }) => message.id)
const THIRD = Math.ceil(BATCH_BYTES / 3)

describe.each([
  ['a standard queue', false],
  ['a FIFO queue', true],
])('the waiting room of %s', (_, ordered) => {
  it('makes batches whose bodies fit their memory, however many messages a batch may have', () => {
    const room = createWaitingRoom({ ordered })
    room.add(['a', 'b', 'c', 'd', 'e'].map((id) => held(id, THIRD, id)))

    expect(idsOf(room.take(100))).toEqual(['a', 'b'])
    expect(idsOf(room.take(100))).toEqual(['c', 'd'])
    expect(idsOf(room.take(100))).toEqual(['e'])
  })

  it('hands out a message that is larger than a batch may be alone', () => {
    const room = createWaitingRoom({ ordered })
    room.add([held('huge', BATCH_BYTES + 1, 'a'), held('small', 1, 'b')])

    expect(idsOf(room.take(100))).toEqual(['huge'])
    expect(idsOf(room.take(100))).toEqual(['small'])
  })
})

it('gives out one message of a group at a time, in order, also when a batch was cut by its bytes', () => {
  const room = createWaitingRoom({ ordered: true })
  room.add([
    ...[held('a1', THIRD, 'a'), held('b1', THIRD, 'b'), held('a2', 1, 'a'), held('c1', 2 * THIRD, 'c')],
    ...[held('c2', 1, 'c')],
  ])

  const first = room.take(100)

  expect(idsOf(first)).toEqual(['a1', 'b1'])
  expect(idsOf(room.take(100))).toEqual(['c1'])
  room.free(first)
  expect(idsOf(room.take(100))).toEqual(['a2'])
})
