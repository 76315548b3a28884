import { runClosedLoop } from './closed-loop.js'
import type { ClosedLoopJob, ClosedLoopResult } from './closed-loop.js'
import { runOpenLoop } from './open-loop.js'
import type { OpenLoopJob, OpenLoopResult } from './open-loop.js'

/** What the load generator's process is told and tells, over its IPC channel. */
export type LoadJob = ClosedLoopJob | OpenLoopJob
export type LoadReport =
  | { readonly kind: 'window'; readonly edge: 'start' | 'end' }
  | { readonly kind: 'closed'; readonly result: ClosedLoopResult }
  | { readonly kind: 'open'; readonly result: OpenLoopResult }

/** Resolves once the message has left: the channel is closed right after the last one. */
const report = (message: LoadReport) =>
  new Promise<void>((resolve) => process.send!(message, () => resolve()))

/** The load generator as a process of its own: one job, then it ends. */
process.once('message', (message) => {
  const job = message as LoadJob
  const done =
    job.kind === 'closed'
      ? runClosedLoop(job, (edge) => void report({ kind: 'window', edge })).then((result) =>
          report({ kind: 'closed', result }),
        )
      : runOpenLoop(job, () => void report({ kind: 'window', edge: 'start' })).then((result) =>
          report({ kind: 'open', result }),
        )
  void done.then(() => process.disconnect())
})
