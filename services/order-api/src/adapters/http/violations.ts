import type { z } from 'zod'
import type { Violation } from '../../domain/api-error.js'

/** Enough to repair a request; a body can break thousands of rules. */
const MAX_VIOLATIONS = 20
/** Names longer than this are cut off: a problem document is no echo of the body. */
const MAX_NAME = 64

/** What a schema says against a body, as pointers and rules. */
export function violationsOf(issues: readonly z.core.$ZodIssue[]): readonly Violation[] {
  return issues
    .slice(0, MAX_VIOLATIONS)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .slice(0, MAX_VIOLATIONS)
            .map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: 'is not a known property' }))
        : [{ pointer: pointerOf(issue.path), detail: issue.message }],
    )
}

/** The RFC 6901 pointer of a path, up to the first name that is too long to repeat. */
export function pointerOf(path: readonly PropertyKey[]): string {
  const names = path.map(String)
  const cut = names.findIndex((name) => name.length > MAX_NAME || !name.isWellFormed())
  return names
    .slice(0, cut < 0 ? undefined : cut)
    .map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}
