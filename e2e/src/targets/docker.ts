import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MAX_OUTPUT_BYTES = 64 * 1_024 * 1_024

/** Runs the docker client; resolves with what it prints. Rejects where it fails. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', [...args], { maxBuffer: MAX_OUTPUT_BYTES })
  return stdout.trim()
}
