import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { CHART } from '../../src/chart/render.js'

const PARTS = ['order-api', 'order-worker', 'notifier', 'Postgres']

it('docs/sizing.md counts the pods that follow from the CPU of an order', async () => {
  const page = await readFile(join(CHART, '../../docs/sizing.md'), 'utf8')
  const number = (text: string) => Number(text.replaceAll(',', ''))
  const perOrder = PARTS.map((part) => number(page.match(new RegExp(`\\| ${part} +\\| ([\\d,]+) µs`))![1]!))
  const rows = [...page.matchAll(/^\| ([\d,]+) +\| (\d+) +\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)]

  const stated = rows.map(([, ...cells]) => cells.map(number))
  const computed = stated.map(([rate]) => [
    rate,
    ...perOrder.map((micros, at) =>
      Math.max(PARTS[at] === 'Postgres' ? 1 : 2, Math.ceil((rate! * micros) / 700_000)),
    ),
  ])

  expect(stated).toHaveLength(5)
  expect(stated).toEqual(computed)
})
