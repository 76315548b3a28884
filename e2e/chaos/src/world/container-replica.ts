import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ANY_FORMAT, docker, metricsScript } from '@comanda/e2e/targets'
import type { Replica, ReplicaSignal } from './chaos-world.js'
import { processUsage } from './process-usage.js'

const READY_TIMEOUT_MS = 120_000
const READY_POLL_MS = 500
const PAUSE_TRIES = 10
const PAUSE_AGAIN_MS = 300
/** Longer than a service drains, as docker-compose.yml grants it. */
const STOP_SECONDS = 20

/** A replica that is a container of this machine's engine, with a health check. */
export async function containerReplica(name: string, container: string): Promise<Replica> {
  let restarts = 0
  let isPaused = false
  let seen = await look()

  async function look(): Promise<{ readonly id: string; readonly pid: number }> {
    const [id = '', pid] = (await docker('inspect', '--format', '{{.Id}} {{.State.Pid}}', container)).split(
      ' ',
    )
    return { id, pid: Number(pid) }
  }

  const orders: Readonly<Record<ReplicaSignal, () => Promise<void>>> = {
    async SIGKILL() {
      await docker('kill', container).catch(unlessEnded)
      await docker('wait', container)
      // Who is killed by hand is not started again by the engine.
      await docker('start', container)
      await startedAgain()
    },
    async SIGTERM() {
      await docker('restart', '-t', String(STOP_SECONDS), container)
      await startedAgain()
    },
    async SIGSTOP() {
      await pause(container)
      isPaused = true
    },
    async SIGCONT() {
      if (isPaused) await docker('unpause', container)
      isPaused = false
    },
  }

  async function startedAgain(): Promise<void> {
    restarts += 1
    seen = await look()
  }

  return {
    name,
    get restarts() {
      return restarts
    },
    signal: (signal) => orders[signal](),
    async ready() {
      const deadline = performance.now() + READY_TIMEOUT_MS
      while ((await docker('inspect', '--format', '{{.State.Health.Status}}', container)) !== 'healthy') {
        if (performance.now() > deadline) throw new Error(`${name} did not become ready`)
        await delay(READY_POLL_MS)
      }
    },
    usage: () => (isOfThisMachine(seen) ? processUsage(seen.pid) : undefined),
    metrics: () => docker('exec', container, '/usr/local/bin/node', '-e', metricsScript(ANY_FORMAT)),
  }
}

/** On cgroup v1 an engine gives up on a container whose processes will not all freeze just then; the next try does. */
async function pause(container: string, tries = PAUSE_TRIES): Promise<void> {
  try {
    await docker('pause', container)
  } catch (error) {
    if (tries <= 1 || !String(error).includes('unable to freeze')) throw error
    await delay(PAUSE_AGAIN_MS)
    await pause(container, tries - 1)
  }
}

function unlessEnded(error: unknown): string {
  if (error instanceof Error && error.message.includes('is not running')) return ''
  throw error
}

/** An engine in a machine of its own numbers its processes by itself; here the container's id stands in the process's group. */
function isOfThisMachine({ id, pid }: { readonly id: string; readonly pid: number }): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id)
  } catch {
    return false
  }
}
