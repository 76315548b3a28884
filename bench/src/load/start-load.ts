import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { processCpuSeconds } from '../host/cpu-time.js'
import { startProcess } from '../host/start-process.js'
import type { ClosedLoopJob, ClosedLoopResult } from './closed-loop.js'
import type { LoadJob, LoadReport } from './load-main.js'
import type { OpenLoopJob, OpenLoopResult } from './open-loop.js'

const MAIN = fileURLToPath(new URL('./load-main.js', import.meta.url))

/** Runs the closed loop in a process of its own; `onWindow` is told when the measured time begins and ends. */
export async function generateClosed(
  job: ClosedLoopJob,
  onWindow: (edge: 'start' | 'end', loadCpuSeconds: number) => void,
): Promise<ClosedLoopResult> {
  return (await generate(job, onWindow)) as ClosedLoopResult
}

/** Runs the open loop in a process of its own. */
export async function generateOpen(job: OpenLoopJob): Promise<OpenLoopResult> {
  return (await generate(job, () => undefined)) as OpenLoopResult
}

async function generate(
  job: LoadJob,
  onWindow: (edge: 'start' | 'end', loadCpuSeconds: number) => void,
): Promise<ClosedLoopResult | OpenLoopResult> {
  const load = startProcess(MAIN, { output: 'ignore' })
  const done = new Promise<ClosedLoopResult | OpenLoopResult>((resolve, reject) => {
    load.child.on('message', (message) => {
      const report = message as LoadReport
      if (report.kind === 'window') onWindow(report.edge, processCpuSeconds(load.pid))
      else resolve(report.result)
    })
    void once(load.child, 'exit').then(() => reject(new Error('the load generator ended early')))
  })
  load.child.send(job)
  try {
    return await done
  } finally {
    await load.stop()
  }
}
