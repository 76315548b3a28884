import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { readConfig, setting } from '../src/config.js'

const Config = z.object({
  PORT: setting.port(8080),
  DATABASE_URL: setting.url('postgres:', 'postgresql:'),
  RECEIPT_KEYS: setting.json(z.object({ sign: z.string() })).optional(),
})
const DATABASE_URL = 'postgres://worker:secret@db/comanda'

describe('readConfig', () => {
  it('fills defaults and converts', () => {
    expect(readConfig(Config, { DATABASE_URL })).toEqual({ PORT: 8080, DATABASE_URL })
  })

  it('names every missing and wrong setting in one sentence, without values', () => {
    const read = () => readConfig(Config, { PORT: 'http', DATABASE_URL: 'mysql://worker:secret@db' })

    expect(read).toThrow(/^The service cannot start: PORT is wrong .*; DATABASE_URL is wrong .*\.$/)
    expect(read).not.toThrow(/secret/)
    expect(() => readConfig(Config, {})).toThrow('The service cannot start: DATABASE_URL is missing.')
  })

  it('treats an empty setting as missing', () => {
    expect(() => readConfig(Config, { DATABASE_URL: '' })).toThrow('DATABASE_URL is missing')
  })

  it('reads a secret from the file that NAME_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'comanda-config-')), 'url')
    writeFileSync(file, `${DATABASE_URL}\n`)

    expect(readConfig(Config, { DATABASE_URL_FILE: file })).toMatchObject({ DATABASE_URL })
    expect(() => readConfig(Config, { DATABASE_URL_FILE: `${file}-gone` })).toThrow('DATABASE_URL_FILE')
    expect(() => readConfig(Config, { DATABASE_URL_FILE: file, DATABASE_URL })).toThrow('not both')
  })

  it('says that a document is not JSON', () => {
    expect(() => readConfig(Config, { DATABASE_URL, RECEIPT_KEYS: '{' })).toThrow(
      'RECEIPT_KEYS is wrong (must be JSON)',
    )
    expect(readConfig(Config, { DATABASE_URL, RECEIPT_KEYS: '{"sign":"a"}' }).RECEIPT_KEYS).toEqual({
      sign: 'a',
    })
  })
})
