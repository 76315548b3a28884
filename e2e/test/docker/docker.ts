import { docker } from '../../src/targets/index.js'

export { docker }

/** What `docker inspect` says of images or containers; anything until a test looks at it. */
export async function inspect(...names: readonly string[]): Promise<ReturnType<typeof JSON.parse>[]> {
  return JSON.parse(await docker('inspect', ...names))
}

/** The container of a service of a Compose project. */
export function containerOf(project: string, service: string): Promise<string> {
  const filters = [`project=${project}`, `service=${service}`].flatMap((label) => [
    '--filter',
    `label=com.docker.compose.${label}`,
  ])
  return docker('ps', '--all', '--quiet', ...filters)
}

/** Everything that a Compose project has on this machine: containers, volumes, networks. */
export async function belongingsOf(project: string): Promise<readonly string[]> {
  const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`]
  const found = await Promise.all([
    docker('ps', '--all', ...filter),
    docker('volume', 'ls', ...filter),
    docker('network', 'ls', ...filter),
  ])
  return found.flatMap((lines) => lines.split('\n')).filter((line) => line !== '')
}
