import { Country } from '@comanda/shared/messages'
import { describe, expect, it } from '@jest/globals'
import { COUNTRY_CODES } from '../../src/retail/countries.js'

/** Every name in the whole set, the year of 541,909 rows. */
const NAMES =
  `Australia, Austria, Bahrain, Belgium, Brazil, Canada, Channel Islands, Cyprus, Czech Republic, Denmark, EIRE,
  European Community, Finland, France, Germany, Greece, Hong Kong, Iceland, Israel, Italy, Japan, Lebanon, Lithuania, Malta,
  Netherlands, Norway, Poland, Portugal, RSA, Saudi Arabia, Singapore, Spain, Sweden, Switzerland, USA, United Arab Emirates,
  United Kingdom, Unspecified`
    .split(',')
    .map((name) => name.trim())

const NO_COUNTRIES = ['Channel Islands', 'European Community', 'Unspecified']

describe('the table of country codes', () => {
  it('has every name of the set that is a country, and no other', () => {
    expect(NAMES).toHaveLength(38)
    expect(Object.keys(COUNTRY_CODES).toSorted()).toEqual(
      NAMES.filter((name) => !NO_COUNTRIES.includes(name)).toSorted(),
    )
  })

  it('has ISO codes only, each once', () => {
    const codes = Object.values(COUNTRY_CODES)

    expect(codes.filter((code) => !Country.safeParse(code).success)).toEqual([])
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('knows the names that say something else than a map does', () => {
    expect([COUNTRY_CODES['EIRE'], COUNTRY_CODES['RSA'], COUNTRY_CODES['United Kingdom']]).toEqual([
      'IE',
      'ZA',
      'GB',
    ])
  })
})
