import { describe, expect, it } from '@jest/globals'
import { USAGE, parseOptions } from '../src/options.js'

describe('parseOptions', () => {
  it('replays the committed fortnight at 100 a second when nothing is asked', () => {
    expect(parseOptions([])).toMatchObject({
      data: expect.stringMatching(/demo\/data\/online-retail-2010-12\.csv\.gz$/),
      orders: undefined,
      rate: 100,
      port: 8_080,
      once: false,
      keep: false,
      report: undefined,
    })
  })

  it('reads every option', () => {
    const args =
      '--once --orders 50 --rate max --data a.csv --port 9000 --report r.json --folder /tmp/kept'.split(' ')

    expect(parseOptions(args)).toEqual({
      data: 'a.csv',
      orders: 50,
      rate: 'max',
      port: 9_000,
      target: 'embedded',
      once: true,
      keep: true,
      folder: '/tmp/kept',
      report: 'r.json',
    })
  })

  it.each([
    ['--wrong'],
    ['--target', 'cluster'],
    ['--target', 'compose', '--keep'],
    ['stray'],
    ['--orders'],
    ['--orders', '0'],
    ['--orders', '-1'],
    ['--orders', '1.5'],
    ['--orders', '1e3'],
    ['--rate', 'fast'],
    ['--rate', '0'],
    ['--port', '65536'],
    ['--port', ''],
    ['--once=yes'],
  ])('says in one sentence what is wrong with %s %s', (...args: string[]) => {
    expect(() => parseOptions(args.filter((arg) => typeof arg === 'string'))).toThrow(
      /^[^.\n]+(?:\d\.\d[^.\n]*)?\.$/,
    )
  })

  it('describes every option on its help page', () => {
    expect(parseOptions(['--help', '--once'])).toBe('help')
    for (const option of ['once', 'orders', 'rate', 'data', 'port', 'report', 'keep', 'folder', 'help'])
      expect(USAGE).toContain(`--${option}`)
  })
})
