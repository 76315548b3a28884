import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { DASHBOARDS_FOLDER, RULES_FOLDER, RULE_TESTS_FOLDER, RUNBOOKS_FOLDER } from '../folders.js'
import { readRuleFiles, rulesOf } from '../rules.js'
import { readKnownMetrics, readTracedHistograms } from './known-metrics.js'
import { lintDashboard } from './lint-dashboard.js'
import { lintRules } from './lint-rules.js'

/** What is wrong with the committed rules, tests, runbooks and dashboards, one sentence each; and what was looked at. */
export async function checkObservability(): Promise<{ findings: readonly string[]; looked: string }> {
  const files = await readRuleFiles(RULES_FOLDER)
  const recorded = files.flatMap((file) => rulesOf(file).flatMap(({ record }) => record ?? []))
  const kindOf = await readKnownMetrics(recorded)
  const { README: _, ...runbooks } = await textsOf(RUNBOOKS_FOLDER, '.md')
  const tests = await textsOf(RULE_TESTS_FOLDER, '.yml')
  const dashboards = await textsOf(DASHBOARDS_FOLDER, '.json')
  const world = { kindOf, runbooks: new Set(Object.keys(runbooks)), traced: await readTracedHistograms() }
  const findings = [
    ...lintRules(files, { kindOf, runbooks, tests }),
    ...Object.values(dashboards).flatMap((text) => lintDashboard(JSON.parse(text) as Dashboard, world)),
  ]
  const looked = `${files.length} files of rules, ${Object.keys(runbooks).length} runbooks, ${Object.keys(dashboards).length} dashboards`
  return { findings, looked }
}

async function textsOf(folder: string, ending: string): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return Object.fromEntries(files.map((file, index) => [basename(file, ending), texts[index]!]))
}
