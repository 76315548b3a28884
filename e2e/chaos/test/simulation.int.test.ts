import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'

/** Seeds that broke a promise once, with what was mended then. None so far. */
const KEPT_SEEDS: readonly (readonly [seed: string, mended: string])[] = []

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The simulation replaces the clock of its process, so it gets one of its own. */
async function run(path: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', fileOf(path), ...args])
  return stdout.replace(/, \d+ s\n$/, '')
}

describe('the simulation', () => {
  it('keeps every promise with forty seeds, and is the same run again for the same seeds', async () => {
    const simulated = () => run('../src/main.js', '--simulate', '40', '--seed', 'test')
    const [one, other] = [await simulated(), await simulated()]

    expect(one).toContain('no seed broke a promise')
    expect(one).toBe(other)
  }, 120_000)

  it.each([...KEPT_SEEDS, ['1', 'the first of all'] as const])(
    'keeps every promise with the seed %s (%s)',
    async (seed) => {
      expect(await run('../src/main.js', '--simulate', '1', '--seed', seed)).toContain(
        'no seed broke a promise',
      )
    },
    60_000,
  )

  it.each([
    ['cancels that keep the stock', 'I14'],
    ['moves that nobody is told of', 'I8'],
    ['orders that take no stock', 'I6'],
    ['stock changes that wait for nothing', 'I5'],
  ])(
    'finds %s',
    async (name, invariant) => {
      expect((await run('./spoiled-simulation.js', name, '10')).split(' ')).toContain(invariant)
    },
    60_000,
  )
})
