import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'yaml'

export interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** A file of rules, by its name without the ending. */
export interface RuleFile {
  readonly name: string
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}

/** Reads the files of rules of a folder, sorted by name. */
export async function readRuleFiles(folder: string): Promise<readonly RuleFile[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yml')).sort()
  return Promise.all(
    files.map(async (file) => {
      const { groups } = parse(await readFile(join(folder, file), 'utf8')) as Pick<RuleFile, 'groups'>
      return { name: basename(file, '.yml'), groups }
    }),
  )
}

/** The rules of a file. */
export function rulesOf({ groups }: RuleFile): readonly Rule[] {
  return groups.flatMap(({ rules }) => rules)
}
