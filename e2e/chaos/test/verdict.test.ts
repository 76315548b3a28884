import { describe, expect, it } from '@jest/globals'
import { createFindings } from '../src/checker/findings.js'
import { createTally } from '../src/checker/tally.js'
import { verdictOf } from '../src/checker/verdict.js'

const COMPLETE = { drained: true, neverFired: [], notHeld: [] }

describe('the verdict', () => {
  const check = (accepted = 1) => ({ findings: createFindings(), tally: { ...createTally(), accepted } })

  it('is valid only for a run that proves something', () => {
    expect(verdictOf(check(), COMPLETE)).toEqual({ verdict: 'valid', why: [] })
  })

  it.each([
    ['it was not drained', check(), { ...COMPLETE, drained: false }],
    ['nothing was accepted', check(0), COMPLETE],
    ['a fault never happened', check(), { ...COMPLETE, neverFired: ['W3'] }],
    ['the load broke off', check(), { ...COMPLETE, brokeOff: 'the load client ended' }],
  ])('is unknown when %s', (_what, result, completeness) => {
    expect(verdictOf(result, completeness).verdict).toBe('unknown')
  })

  it('is unknown for an order that is missing and may still come', () => {
    const result = check()
    result.findings.report('I1', 'order', 'gone')

    const { verdict, why } = verdictOf(result, { ...COMPLETE, drained: false })

    expect(verdict).toBe('unknown')
    expect(why).toContain('1 violations')
    expect(verdictOf(result, COMPLETE).verdict).toBe('invalid')
  })

  it('is invalid for a violation that no drain could mend, whatever else is missing', () => {
    const result = check()
    result.findings.report('I3', 'order', 'sold twice')

    expect(verdictOf(result, { ...COMPLETE, drained: false }).verdict).toBe('invalid')
  })

  it('is invalid for a figure that does not hold', () => {
    expect(verdictOf(check(), { ...COMPLETE, notHeld: ['backlog'] }).verdict).toBe('invalid')
  })
})
