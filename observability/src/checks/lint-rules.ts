import { RUNBOOKS_URL } from '../folders.js'
import type { KindOf } from './known-metrics.js'
import { PromqlError, selectorsOf } from '../promql/selectors.js'
import { queriesOfRunbook } from '../runbooks.js'
import { rulesOf } from '../rules.js'
import type { Rule, RuleFile } from '../rules.js'

export interface RulesWorld {
  readonly kindOf: KindOf
  /** Text of every runbook by the name of its alert. */
  readonly runbooks: Readonly<Record<string, string>>
  /** Text of every file of promtool tests by the name of its alert. */
  readonly tests: Readonly<Record<string, string>>
}

/** The parts that every runbook has, in this order. */
const PARTS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation']
const CASES = ['fires', 'does not fire', 'resolves']

/**
 * Binds alerts, runbooks, tests and metrics: one file an alert, one runbook and one file of tests of its name, and no
 * metric that does not exist, neither in a rule nor in a runbook. Returns one sentence a finding.
 */
export function lintRules(files: readonly RuleFile[], world: RulesWorld): readonly string[] {
  const findings: string[] = []
  const alerts = new Set(files.flatMap((file) => rulesOf(file).flatMap(({ alert }) => alert ?? [])))
  for (const file of files) {
    for (const rule of rulesOf(file)) {
      const name = rule.alert ?? rule.record ?? ''
      findings.push(...lintQuery(rule.expr, world).map((what) => `${name} ${what}`))
      if (rule.alert !== undefined) findings.push(...lintAlert(rule, file).map((what) => `${name} ${what}`))
    }
  }
  for (const alert of alerts) {
    findings.push(...lintRunbook(alert, world.runbooks[alert], world))
    findings.push(...lintTests(alert, world.tests[alert]))
  }
  for (const name of Object.keys(world.runbooks))
    if (!alerts.has(name)) findings.push(`the runbook ${name} belongs to no alert`)
  for (const name of Object.keys(world.tests))
    if (!alerts.has(name)) findings.push(`the tests ${name} belong to no alert`)
  return findings
}

function lintAlert({ alert, labels, annotations, ...rule }: Rule, file: RuleFile): string[] {
  const findings: string[] = []
  if (alert !== file.name) findings.push(`stands in ${file.name}.yml`)
  if (!/^(?:[A-Z][a-z]+)+$/.test(alert ?? '')) findings.push('is not named in PascalCase')
  if (!['critical', 'warning'].includes(labels?.['severity'] ?? ''))
    findings.push('has a severity other than critical and warning')
  if (rule.for === undefined) findings.push('does not say how long before it fires')
  for (const key of ['summary', 'description'])
    if ((annotations?.[key] ?? '') === '') findings.push(`has no ${key}`)
  if (annotations?.['runbook_url'] !== `${RUNBOOKS_URL}/${alert}.md`)
    findings.push('does not lead to its runbook')
  return findings
}

function lintQuery(expr: string, { kindOf }: Pick<RulesWorld, 'kindOf'>): string[] {
  try {
    const unknown = selectorsOf(expr).filter(({ metric }) => kindOf(metric) === undefined)
    return unknown.map(({ metric }) => `asks for ${metric}, which does not exist`)
  } catch (error) {
    if (error instanceof PromqlError) return [error.message]
    throw error
  }
}

function lintRunbook(alert: string, text: string | undefined, world: RulesWorld): string[] {
  if (text === undefined) return [`${alert} has no runbook`]
  const findings: string[] = []
  const parts = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
  if (!text.startsWith(`# ${alert}\n`)) findings.push('has another title')
  if (parts.join() !== PARTS.join()) findings.push(`does not have the parts ${PARTS.join(', ')}`)
  const [, diagnosis = '', mitigation = ''] = /## Diagnosis\n([^]*)## Mitigation\n([^]*)/.exec(text) ?? []
  if (!diagnosis.includes('```promql')) findings.push('has no query in its diagnosis')
  if (!mitigation.includes('```sh')) findings.push('has no command in its mitigation')
  for (const query of queriesOfRunbook(text)) findings.push(...lintQuery(query, world))
  return findings.map((what) => `the runbook ${alert} ${what}`)
}

function lintTests(alert: string, text: string | undefined): string[] {
  if (text === undefined) return [`${alert} has no promtool tests`]
  return CASES.filter((name) => !text.includes(`name: '${name}`)).map(
    (name) => `the tests of ${alert} have no case "${name} ..."`,
  )
}
