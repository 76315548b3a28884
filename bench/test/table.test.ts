import { expect, it } from '@jest/globals'
import { figure, spreadText, table } from '../src/report/table.js'

it('writes a Markdown table whose figures carry no more digits than they have', () => {
  const text = table(
    ['server', 'orders/s'],
    [
      ['bare', spreadText({ min: 15_979.4, median: 16_723, max: 17_079 }, 0)],
      ['one run', spreadText({ min: 2.345, median: 2.345, max: 2.345 }, 2)],
      ['none', figure(NaN)],
    ],
  )

  expect(text).toBe(
    [
      '| server | orders/s |',
      '| --- | --- |',
      '| bare | 15,979 / 16,723 / 17,079 |',
      '| one run | 2.35 |',
      '| none | – |',
    ].join('\n'),
  )
})
