import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.js'

/** The folder with the configuration of the Python tool. */
const SCHEMATHESIS_FOLDER = join(ROOT, 'contract/schemathesis')

/** From its file: of a document that it has fetched the tool leaves out the operation that answered. */
const DOCUMENT = join(ROOT, 'services/order-api/openapi.json')
const PROGRAM = join(ROOT, '.comanda/schemathesis/bin/schemathesis')

/** One run of Schemathesis. */
export interface ToolRun {
  readonly config: string
  readonly apiUrl: string
  readonly token: string
  /** Where its hooks write what they saw. */
  readonly folder: string
  readonly args: readonly string[]
}

/** Runs Schemathesis with its output shown here. Resolves with true where no check failed. */
export async function runSchemathesis({ config, apiUrl, token, folder, args }: ToolRun): Promise<boolean> {
  if (!existsSync(PROGRAM)) throw new Error('Schemathesis is missing: run contract/install-schemathesis.sh')
  const child = spawn(
    PROGRAM,
    [
      '--config-file',
      join(SCHEMATHESIS_FOLDER, config),
      'run',
      DOCUMENT,
      '--url',
      apiUrl,
      '--no-color',
      ...args,
    ],
    {
      // What it keeps between runs would make a run differ from the one before.
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PYTHONPATH: SCHEMATHESIS_FOLDER,
        PYTHONDONTWRITEBYTECODE: '1',
        CONTRACT_TOKEN: token,
        CONTRACT_FOLDER: folder,
      },
    },
  )
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code === 0))
  })
}
