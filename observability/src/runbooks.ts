import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RUNBOOKS_FOLDER } from './folders.js'

/** What someone who is paged finds in the runbook of an alert. */
export interface Runbook {
  /** The queries of the diagnosis, as they stand there. */
  readonly queries: readonly string[]
  /** The commands for a size of Comanda, as they stand there, one a line. */
  readonly commands: (part: RunbookPart, size: 'Compose' | 'Kubernetes') => readonly string[]
}

export type RunbookPart = 'Diagnosis' | 'Mitigation'

/** Reads the runbook of an alert. Rejects where there is none. */
export async function readRunbook(alert: string): Promise<Runbook> {
  const text = await readFile(join(RUNBOOKS_FOLDER, `${alert}.md`), 'utf8')
  return {
    queries: queriesOfRunbook(text),
    commands: (part, size) => {
      const section = text.split(/^## /m).find((one) => one.startsWith(`${part}\n`)) ?? ''
      // A block of commands stands below a line that begins with the size and ends with a colon.
      return [...section.matchAll(/^(Compose|Kubernetes)\b[^\n]*:\n\n```sh\n([^]*?)```/gm)].flatMap(
        ([, name, block]) => (name === size ? linesOf(block!) : []),
      )
    },
  }
}

/** The queries that a runbook names, one a line of its `promql` blocks. */
export function queriesOfRunbook(text: string): readonly string[] {
  return [...text.matchAll(/```promql\n([^]*?)```/g)].flatMap(([, block]) => linesOf(block!))
}

function linesOf(block: string): readonly string[] {
  return block.split('\n').filter((line) => line.trim() !== '')
}
