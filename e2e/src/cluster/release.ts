import { join } from 'node:path'
import { z } from 'zod'
import { CHART } from '../chart/render.js'
import { runTool } from './kubectl.js'

const READY = ['--wait', '--timeout', '8m']
const History = z.array(z.object({ chart: z.string() }))

/** The release `comanda` of the chart, with its profile `local`. */
export interface Release {
  /**
   * `helm upgrade` with the same values and more of them, as `--set` takes them; the first one installs. Resolves once
   * everything is ready.
   */
  upgrade(values: readonly string[], chart?: string): Promise<void>
  /** `helm rollback` to a revision; the one before by default. */
  rollback(revision?: number): Promise<void>
  /** Names and versions of the charts that were installed, the first one first. */
  chartHistory(): Promise<readonly string[]>
  /** `helm uninstall` of what is there; the namespace stays. */
  uninstall(): Promise<void>
}

/** What helm is told of a release in a namespace. Nothing is installed yet. */
export function createRelease(options: {
  readonly namespace: string
  readonly chart: string
  /** Values of every revision: a whole document, and some to add or replace, as `--set` takes them. */
  readonly values: unknown
  readonly changes: readonly string[]
}): Release {
  const { namespace, changes } = options
  const helm = (command: string, args: readonly string[], input?: string) =>
    runTool('helm', [command, 'comanda', ...args, '--namespace', namespace], input)
  const document = JSON.stringify(options.values)
  return {
    async upgrade(values, chart = options.chart) {
      const args = [
        ...[chart, '--install', '--values', join(CHART, 'ci/local.yaml'), '--values', '-'],
        ...[...changes, ...values].flatMap((value) => ['--set', value]),
      ]
      await helm('upgrade', [...args, ...READY], document)
    },
    async rollback(revision) {
      await helm('rollback', [...(revision === undefined ? [] : [String(revision)]), ...READY])
    },
    async chartHistory() {
      const history = await helm('history', ['--output', 'json'])
      return History.parse(JSON.parse(history)).map(({ chart }) => chart)
    },
    async uninstall() {
      await helm('uninstall', ['--ignore-not-found', '--wait', '--timeout', '3m'])
    },
  }
}
