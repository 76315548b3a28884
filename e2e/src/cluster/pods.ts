import type { Kubectl } from './kubectl.js'

/** What `kubectl` selects the pods of a component by. */
export function ofComponent(name: string): readonly string[] {
  return ['--selector', `app.kubernetes.io/component=${name}`]
}

/** The pods of a component, as `pod/NAME`. */
export async function podsOf(kubectl: Kubectl, name: string): Promise<readonly string[]> {
  const names = await kubectl('get', 'pods', ...ofComponent(name), '--output', 'name')
  return names.split('\n').filter((line) => line !== '')
}

/** What the containers of a component have logged, those before a restart included. */
export async function logsOf(kubectl: Kubectl, name: string): Promise<string> {
  const logs = (await podsOf(kubectl, name)).flatMap((pod) => [
    kubectl('logs', pod, '--previous').catch(() => ''),
    kubectl('logs', pod).catch(() => ''),
  ])
  return (await Promise.all(logs)).join('')
}

/** Runs a program of Node in every pod of some components and resolves with what they say. */
export async function runInPods(kubectl: Kubectl, names: readonly string[], script: string): Promise<string> {
  const pods = (await Promise.all(names.map((name) => podsOf(kubectl, name)))).flat()
  const said = pods.map((pod) => kubectl('exec', pod, '--', '/usr/local/bin/node', '-e', script))
  return (await Promise.all(said)).join('')
}
