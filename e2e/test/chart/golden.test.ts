import { describe, expect, it } from '@jest/globals'
import { PROFILES, readGolden, renderChart } from '../../src/chart/render.js'

describe('the committed renders of the chart', () => {
  it.each(PROFILES)('are what %s renders now (npm run chart:golden writes them)', async (profile) => {
    const rendered = await renderChart(profile)

    expect(rendered).toBe(await readGolden(profile))
  })
})
