import { describe, expect, it } from '@jest/globals'
import type { OrderStatus } from '@comanda/shared/messages'
import { TRANSITIONS, judgeMove, nextStatuses } from '../../src/domain/transitions.js'
import type { MoveKind } from '../../src/domain/transitions.js'

describe('the states of an order', () => {
  it.each<[OrderStatus, MoveKind, ReturnType<typeof judgeMove>]>([
    ['accepted', 'cancel', 'allowed'],
    ['accepted', 'ship', 'premature'],
    ['accepted', 'deliver', 'premature'],
    ['confirmed', 'cancel', 'allowed'],
    ['confirmed', 'ship', 'allowed'],
    ['confirmed', 'deliver', 'premature'],
    ['shipped', 'cancel', 'refused'],
    ['shipped', 'ship', 'refused'],
    ['shipped', 'deliver', 'allowed'],
    ['delivered', 'cancel', 'refused'],
    ['delivered', 'deliver', 'refused'],
    ['rejected', 'ship', 'refused'],
    ['cancelled', 'cancel', 'refused'],
    ['cancelled', 'deliver', 'refused'],
  ])('%s: %s is %s', (status, move, judgement) => {
    expect(judgeMove(status, move)).toBe(judgement)
  })

  it('end in rejected, cancelled and delivered', () => {
    const final = Object.keys(TRANSITIONS).filter(
      (status) => nextStatuses(status as OrderStatus).length === 0,
    )

    expect(final).toEqual(['rejected', 'cancelled', 'delivered'])
  })
})
