import canonicalize from 'canonicalize'

/**
 * The RFC 8785 (JSON Canonicalization Scheme) form of a JSON value. Its values are written as `JSON.stringify` writes
 * them, so one call over a copy with sorted keys gives the same text in a fifth of the time; what such a copy cannot
 * hold goes through the reference implementation. Throws for what is not JSON and for halves of surrogate pairs.
 */
export function canonicalJson(json: unknown): string {
  const copy = withSortedKeys(json)
  if (copy !== NO_COPY) {
    const text = JSON.stringify(copy) as string | undefined
    // Only halves of surrogate pairs are written like this (and texts that speak of them).
    if (text !== undefined && !text.includes('\\ud')) return text
  }
  const canonical = canonicalize(json)
  if (canonical === undefined) throw new TypeError('only JSON values have a canonical form')
  return canonical
}

/** Says that sorted keys cannot be had: an object lists whole numbers first, whatever the order they were set in. */
const NO_COPY = Symbol('no copy')

/** The value itself where its keys are sorted already, else a copy. Parsed JSON has no cycles and no `toJSON`. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return NO_COPY
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? sortedItems(value) : sortedMembers(value as Record<string, unknown>)
}

function sortedItems(items: readonly unknown[]): unknown {
  let copy: unknown[] | undefined
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]
    const sorted = withSortedKeys(item)
    if (sorted === NO_COPY) return NO_COPY
    if (sorted === item) continue
    copy ??= [...items]
    copy[index] = sorted
  }
  return copy ?? items
}

function sortedMembers(members: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(members)
  let same = typeof members['toJSON'] !== 'function'
  if (!same) return NO_COPY
  let before = ''
  for (const key of keys) {
    const first = key.charCodeAt(0)
    if ((first >= 48 && first <= 57) || key === '__proto__') return NO_COPY
    // Compares UTF-16 code units, as RFC 8785 section 3.2.3 asks.
    if (key < before) same = false
    before = key
  }
  if (!same) keys.sort()
  const copy: Record<string, unknown> = {}
  for (const key of keys) {
    const value = members[key]
    const sorted = withSortedKeys(value)
    if (sorted === NO_COPY) return NO_COPY
    if (sorted !== value) same = false
    copy[key] = sorted
  }
  return same ? members : copy
}
