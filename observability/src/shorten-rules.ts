import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Rule, RuleFile } from './rules.js'

/** Longest wait of a shortened rule before it fires, and every range of its queries; seconds of a scrape each second. */
const FOR = '2s'
const RANGE = '10s'

/**
 * The same rules for a test that cannot wait: every `for` above zero becomes 2 s and every range (`[5m]`, `[3d]`) 10 s.
 * Names, thresholds, labels and annotations stay as they are.
 */
export function shortened({ name, groups }: RuleFile): RuleFile {
  const shorten = (rule: Rule): Rule => ({
    ...rule,
    expr: rule.expr.replaceAll(/\[\d+[smhd]\]/g, `[${RANGE}]`),
    ...(rule.for === undefined ? {} : { for: /^0/.test(rule.for) ? rule.for : FOR }),
  })
  return { name, groups: groups.map((group) => ({ ...group, rules: group.rules.map(shorten) })) }
}

/** Writes shortened rules to a folder and resolves with the paths of the files. */
export async function writeShortened(files: readonly RuleFile[], folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    files.map(async (file) => {
      const path = join(folder, `${file.name}.yml`)
      await writeFile(path, stringify({ groups: shortened(file).groups }))
      return path
    }),
  )
}
