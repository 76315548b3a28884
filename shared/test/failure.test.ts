import { describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { classifyFailure } from '../src/postgres/index.js'

const withCode = (code: string) => Object.assign(new Error('failed'), { code })

describe('classifyFailure', () => {
  it.each([
    ['conflict', ['40001', '40P01', '55P03', '57014']],
    [
      'away',
      [
        '08006',
        '57P01',
        '57P03',
        '53300',
        '53100',
        '25006',
        '28P01',
        '28000',
        '3D000',
        'ECONNREFUSED',
        'ECONNRESET',
      ],
    ],
    ['value', ['22001', '22003', '22021', '22P05']],
    ['defect', ['42P01', '42501', '23505', '23514', 'XX000']],
  ])('calls %s what SQLSTATE says', (kind, codes) => {
    for (const code of codes) expect(classifyFailure(withCode(code))).toBe(kind)
  })

  it('calls anything that is no database error a defect', () => {
    expect(classifyFailure(new TypeError('x is not a function'))).toBe('defect')
    expect(classifyFailure('text')).toBe('defect')
  })

  it('knows what the driver throws when nobody listens', async () => {
    const pool = new pg.Pool({ connectionString: 'postgres://127.0.0.1:1/none' })

    const error: unknown = await pool.query('select 1').catch((reason: unknown) => reason)

    await pool.end()
    expect(classifyFailure(error)).toBe('away')
  })
})
