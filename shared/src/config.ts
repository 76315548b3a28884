import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A missing or wrong setting. The message is one sentence for the operator: it names the setting, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'invalid_config'
}

/**
 * Reads a service's settings from an environment-like record, once, at start. A setting `NAME` may come from a file
 * named by `NAME_FILE` instead (mounted secrets); its trailing line break is cut. Empty means not set.
 * Throws `ConfigError` with every problem in one sentence; so it does where faults are asked for, which no service takes.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  if (environment[FAULTS])
    throw new ConfigError(`The service cannot start: ${FAULTS} is set, which only the chaos run may do.`)
  const values: Record<string, string> = {}
  for (const name of Object.keys(schema.shape)) {
    const value = settingOf(name, environment)
    if (value !== undefined && value !== '') values[name] = value
  }
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0] ?? 'settings')
    return name in values ? `${name} is wrong (${message})` : `${name} is missing`
  })
  throw new ConfigError(`The service cannot start: ${[...new Set(problems)].join('; ')}.`)
}

/** Names the file that the chaos run's own entry point notes faults in; it takes the name away before a service starts. */
const FAULTS = 'COMANDA_FAULTS'

function settingOf(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const file = environment[`${name}_FILE`]
  if (file === undefined || file === '') return environment[name]
  if (environment[name])
    throw new ConfigError(`The service cannot start: set either ${name} or ${name}_FILE, not both.`)
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw new ConfigError(`The service cannot start: the file that ${name}_FILE names cannot be read.`)
  }
}

/** Fields that settings of several services are made of. */
export const setting = {
  port: (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback),
  /** A whole number between two bounds; the unit is in the setting's name. */
  count: (fallback: number, min: number, max: number) =>
    z.coerce.number().int().min(min).max(max).default(fallback),
  url: (...protocols: string[]) =>
    z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
      error: `must be a URL that starts with ${protocols.join(' or ')}`,
    }),
  /** A JSON document with a schema of its own. */
  json: <Schema extends z.ZodType>(schema: Schema) =>
    z
      .string()
      .transform((value, context) => {
        try {
          return JSON.parse(value) as unknown
        } catch {
          context.addIssue({ code: 'custom', message: 'must be JSON' })
          return z.NEVER
        }
      })
      .pipe(schema),
  logLevel: () => z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
}
