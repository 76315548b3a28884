import { describe, expect, it } from '@jest/globals'
import { json, plain, text } from '../../src/adapters/postgres/columns.js'

describe('columns', () => {
  it('writes array literals of Postgres', () => {
    expect(plain<number | undefined>((value) => value)([1, undefined, -3])).toBe('{1,NULL,-3}')
    expect(text<string | undefined>((value) => value)(['a', undefined, '', 'NULL', '{"\\,}'])).toBe(
      '{"a",NULL,"","NULL","{\\"\\\\,}"}',
    )
    expect(json<object | undefined>((value) => value)([{ a: '"' }, undefined])).toBe(
      '{"{\\"a\\":\\"\\\\\\"\\"}",NULL}',
    )
    expect(plain(() => 1)([])).toBe('{}')
  })
})
