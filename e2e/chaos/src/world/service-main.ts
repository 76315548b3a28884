import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { FaultHandler, FaultPoint } from '@comanda/shared/arm-faults'
import type { ArmedFault } from './armed-fault.js'

/**
 * Entry point of a service in a chaos run: `node service-main.js MAIN`, with COMANDA_FAULTS naming the file in which
 * fired faults are noted. Arms the fault points, then becomes the service. Faults come over the channel to the parent;
 * one that fires is on disk before it acts.
 */
const main = process.argv[2]!
const notes = process.env['COMANDA_FAULTS']!
// The service itself refuses to start where it finds it.
delete process.env['COMANDA_FAULTS']
process.argv.splice(1, 2, main)

let armed: readonly ArmedFault[] = []
process.on('message', (faults: readonly ArmedFault[]) => {
  armed = [...armed, ...faults.map((fault) => ({ ...fault }))]
})
process.channel?.unref()

const handle: FaultHandler = (point) => {
  const fault = armed.find((one) => one.point === point)
  if (fault === undefined || (fault.hit -= 1) > 0) return undefined
  armed = armed.filter((one) => one !== fault)
  note(point, fault)
  return act(fault)
}

function note(point: FaultPoint, { id, action, ms }: ArmedFault): void {
  const file = openSync(notes, 'a')
  writeSync(file, `${JSON.stringify({ id, point, action, ms, pid: process.pid, at: Date.now() })}\n`)
  fsyncSync(file)
  closeSync(file)
}

async function act({ action, ms }: ArmedFault): Promise<void> {
  if (action === 'kill') {
    process.kill(process.pid, 'SIGKILL')
    // Not one step further, however long the signal takes.
    await new Promise(() => undefined)
  }
  if (action === 'throw') throw new Error('a fault of the chaos run')
  await new Promise((resolve) => setTimeout(resolve, ms))
  if (action === 'hang') throw new Error('a fault of the chaos run')
}

// The very module that the service imports: a build with a planted bug has its own.
const shared = createRequire(main).resolve('@comanda/shared/arm-faults')
const { armFaults } = (await import(pathToFileURL(shared).href)) as {
  armFaults: (handler: FaultHandler) => void
}
armFaults(handle)
await import(pathToFileURL(main).href)
