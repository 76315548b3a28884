import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('the package', () => {
  it('needs no other package', async () => {
    const manifest = JSON.parse(await readFile(`${root}package.json`, 'utf8'))

    expect(manifest.private).toBeUndefined()
    expect([manifest.dependencies, manifest.peerDependencies]).toEqual([undefined, undefined])
    expect(manifest.engines.node).toBe('>=20')
  })

  it('holds its code, types, readme and licence, and nothing else', async () => {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json'], { cwd: root })
    const [{ files }] = JSON.parse(stdout)
    const paths: string[] = files.map(({ path }: { path: string }) => path)

    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/src/index.js',
        'dist/src/index.d.ts',
        'package.json',
      ]),
    )
    expect(
      paths.filter(
        (path) => !/^(dist\/src\/[\w/-]+\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path),
      ),
    ).toEqual([])
  })
})
