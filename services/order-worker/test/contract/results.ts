import { expect } from '@jest/globals'

/** The result of a command that was decided. */
export const done = (outcome: string, more: object = {}) => ({ kind: 'done', outcome, ...more })

export const CONFIRMED: unknown = expect.objectContaining(done('applied', { status: 'confirmed' }))
