import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@comanda/e2e/embedded'
import { stringify } from 'yaml'
import { RULES_FOLDER } from '../src/folders.js'
import { readRuleFiles } from '../src/rules.js'
import { writeShortened } from '../src/shorten-rules.js'
import { createPrometheusClient } from './prometheus-client.js'
import type { PrometheusClient } from './prometheus-client.js'

/** A real Prometheus that scrapes every second and evaluates the shortened rules. */
export interface LivePrometheus extends PrometheusClient {
  stop(): Promise<void>
}

/** Starts the program with targets by service. What it needs of a scrape stands in observability/README.md. */
export async function startPrometheus(
  program: string,
  targets: Readonly<Record<string, number>>,
): Promise<LivePrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-prometheus-'))
  const port = await freePort()
  const ruleFiles = await writeShortened(await readRuleFiles(RULES_FOLDER), join(folder, 'rules'))
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '900ms', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: [
      {
        job_name: 'comanda',
        honor_labels: true,
        static_configs: Object.entries(targets).map(([service, adminPort]) => ({
          targets: [`127.0.0.1:${adminPort}`],
          labels: { namespace: 'live', service },
        })),
      },
    ],
  }
  await writeFile(join(folder, 'prometheus.yml'), stringify(config))
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000)
  })
  const exited = once(child, 'exit')
  for (let ready = false; !ready;) {
    await delay(100)
    if (child.exitCode !== null) throw new Error(`Prometheus did not start: ${said}`)
    ready = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  return {
    ...createPrometheusClient(`http://127.0.0.1:${port}`),
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
