import type { Kubectl } from './kubectl.js'

/**
 * Ends the process of a pod as a crash does: no handler of a signal runs, nothing is drained. The first process of a
 * container is safe from SIGKILL out of its own, so it is told by Node's inspector, which SIGUSR1 opens on 127.0.0.1, to abort:
 * an exit would wait for the inspector's client.
 */
const CRASH = `
process.kill(1, 'SIGUSR1')
for (let tries = 0; tries < 100; tries += 1) {
  try {
    const [{ webSocketDebuggerUrl }] = await (await fetch('http://127.0.0.1:9229/json')).json()
    const socket = new WebSocket(webSocketDebuggerUrl)
    await new Promise((resolve) => { socket.onopen = resolve })
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'process.abort()' } }))
    await new Promise((resolve) => { socket.onclose = resolve; setTimeout(resolve, 2000) })
    break
  } catch { await new Promise((resolve) => setTimeout(resolve, 50)) }
}
process.exit(0)`

/** Crashes a pod's process. Resolves when it was told; the connection to the container may break by that. */
export async function crashPod(kubectl: Kubectl, pod: string): Promise<void> {
  await kubectl('exec', pod, '--', '/usr/local/bin/node', '--input-type=module', '-e', CRASH).catch(() => '')
}
