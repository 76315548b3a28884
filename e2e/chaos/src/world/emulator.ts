import { freePort, startSqs } from '@comanda/e2e/embedded'
import type { EmbeddedSqs } from '@comanda/e2e/embedded'

/** The SQS emulator with its messages on disk: killed and started again it has lost nothing, as the real one would not. Without a folder they are in memory. */
export interface KeptEmulator {
  readonly endpoint: string
  restart(awayMs: number): Promise<void>
  stop(): Promise<void>
}

export async function startKeptEmulator(folder: string | undefined): Promise<KeptEmulator> {
  const port = await freePort()
  let running: EmbeddedSqs = await startSqs(folder === undefined ? { port } : { folder, port })
  const { endpoint } = running
  return {
    endpoint,
    async restart(awayMs) {
      if (folder === undefined) throw new Error('an emulator in memory would lose everything')
      await running.kill()
      await new Promise((resolve) => setTimeout(resolve, awayMs))
      running = await startSqs({ folder, port })
    },
    stop: () => running.stop(),
  }
}
