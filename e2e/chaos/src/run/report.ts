import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { INVARIANTS } from '../checker/findings.js'
import type { Invariant } from '../checker/findings.js'
import { REPOSITORY } from '../world/world.js'
import type { ChaosResult } from './chaos-run.js'

/** What a run was, for people. Everything in it can be had again from the seed and the commit. */
export function reportOf(result: ChaosResult): string {
  const { check, verdict, why, seed, faults, answers } = result
  const { findings, tally, eventsSeen } = check
  const lines = [
    `${result.target === 'process' ? '' : `${result.target} · `}seed ${seed} · commit ${commit()} · ${machine()} · ${result.seconds} s`,
    '',
    table([
      ['attempts', tally.attempts],
      ['accepted (202)', tally.accepted],
      ['lost', tally.lost],
      ['unexpected', tally.unexpected],
      ['duplicated', tally.duplicated + (findings.counts.I3 ?? 0)],
      ['recovered (no answer, stored)', tally.recovered],
      ['operations', tally.operations],
      ...(eventsSeen
        ? [
            ['events', tally.events],
            ['events published again', tally.republished],
          ]
        : []),
      ['mails', tally.mails],
      ['extra mails', tally.extraMails],
      ['mails put off', tally.mailsPutOff],
      ['snapshots under load', result.snapshots],
      ['service restarts', result.restarts],
      ['202 to first GET with a row, p50 / p99 / max ms', quantiles(result)],
    ]),
    '',
    `answers: ${list(answers)}`,
    `outcomes: ${list(tally.outcomes)}`,
    `faults: ${list(faults)}`,
    `memory: ${memoryOf(result)}`,
    ...(eventsSeen ? [] : ['not seen: events on their way to the queue']),
    '',
    ...(result.figures.length === 0
      ? []
      : [
          table([
            ['figure', 'measured', 'hold', ''],
            ...result.figures.map(({ name, value, hold, holds }) => [
              name,
              value,
              hold,
              holds ? 'held' : 'NOT HELD',
            ]),
          ]),
          '',
        ]),
    ...violationsOf(result),
    `verdict: ${verdict}${why.length === 0 ? '' : ` (${why.join('; ')})`}`,
  ]
  return lines.join('\n')
}

function memoryOf({ usage }: ChaosResult): string {
  const highest = Object.entries(usage.highest)
  if (highest.length === 0) return 'not seen'
  return highest.map(([name, { rssMiB, openFiles }]) => `${name} ${rssMiB} MiB/${openFiles} files`).join(', ')
}

function violationsOf({ check: { findings } }: ChaosResult): string[] {
  if (findings.total === 0) return []
  const counts = Object.entries(findings.counts).map(
    ([name, count]) => `  ${name} × ${count}: ${INVARIANTS[name as Invariant]}`,
  )
  const first = findings.first.flatMap(({ invariant, subject, what, life = [] }) => [
    `  ${invariant} ${subject}: ${what}`,
    ...life.map((record) => `      ${JSON.stringify(record)}`),
  ])
  return ['violations:', ...counts, '', 'the first of them:', ...first, '']
}

function quantiles({ check: { tally } }: ChaosResult): string {
  return [0.5, 0.99, 1].map((quantile) => Math.round(tally.visibility.at(quantile))).join(' / ')
}

/** The upper bound of a rate of which nothing was seen in `n` independent tries, at 95 %: the rule of three. */
export function upperBound(n: number): number {
  return 3 / n
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

export function table(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map(([name, ...cells]) => `| ${[name, ...cells].join(' | ')} |`).join('\n')
}

export function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: REPOSITORY,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' and changes'}`
  } catch {
    return 'unknown'
  }
}

export function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
}
