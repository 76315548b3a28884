import { LIMITS } from '@comanda/shared/limits'
import { pointerOf } from './violations.js'

/**
 * The first place of a parsed body that no store could take, or undefined: nesting deeper than 16, a NUL (Postgres has
 * none in text) or half of a surrogate pair (no UTF-8 form). Goes no deeper than the limit itself.
 */
export function findUnreadable(value: unknown): { pointer: string; detail: string } | undefined {
  const path: (string | number)[] = []

  function search(inner: unknown, depth: number): string | undefined {
    if (typeof inner === 'string') return textProblem(inner)
    if (typeof inner !== 'object' || inner === null) return undefined
    if (depth > LIMITS.jsonDepth) return `must not be nested deeper than ${LIMITS.jsonDepth}`
    for (const [name, member] of Array.isArray(inner) ? inner.entries() : Object.entries(inner)) {
      const problem = (typeof name === 'string' ? textProblem(name) : undefined) ?? step(name, member, depth)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  function step(name: string | number, member: unknown, depth: number): string | undefined {
    path.push(name)
    const problem = search(member, depth + 1)
    if (problem === undefined) path.pop()
    return problem
  }

  const detail = search(value, 1)
  return detail === undefined ? undefined : { pointer: pointerOf(path), detail }
}

function textProblem(text: string): string | undefined {
  return text.includes('\u0000') || !text.isWellFormed()
    ? 'must not contain NUL or half of a surrogate pair'
    : undefined
}
