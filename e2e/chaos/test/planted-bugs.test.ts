import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { plant } from '../src/planted/plant.js'
import { PLANTED_BUGS } from '../src/planted/planted-bugs.js'

describe('planted bugs', () => {
  it.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    '"%s" still applies to the build',
    async (_name, bug) => {
      const folder = await mkdtemp(join(tmpdir(), 'comanda-plant-test-'))

      await plant(bug, folder)

      for (const { file, replace } of bug.patches)
        expect(await readFile(join(folder, file), 'utf8')).toContain(replace)
      await rm(folder, { recursive: true })
    },
  )

  it('fail loudly where the code has changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'comanda-plant-test-'))
    const [bug] = PLANTED_BUGS
    const patches = [{ ...bug!.patches[0]!, find: 'no such text' }]

    await expect(plant({ ...bug!, patches }, folder)).rejects.toThrow(/does not apply: .* holds 0 times/)
    await rm(folder, { recursive: true })
  })
})
