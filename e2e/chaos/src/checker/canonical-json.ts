/**
 * The JSON Canonicalization Scheme, written here from RFC 8785 and from nothing else: the checker must not believe the
 * services' own canonical form. Values are those of I-JSON; what is none (a half of a surrogate pair, NaN, a function)
 * throws a TypeError.
 */
export function canonicalJson(value: unknown): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      return canonicalNumber(value)
    case 'string':
      return canonicalString(value)
    case 'object':
      return Array.isArray(value)
        ? `[${value.map(canonicalJson).join(',')}]`
        : canonicalObject(value as Record<string, unknown>)
    default:
      throw new TypeError(`${typeof value} is not JSON`)
  }
}

/** Section 3.2.2.3: numbers as ECMAScript writes them (Number::toString), and -0 as 0. */
function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('NaN and Infinity are not JSON')
  return value === 0 ? '0' : String(value)
}

/** Section 3.2.2.2: two-character escapes where JSON has them, `\u00xx` in lower case for other controls, all else as it is. */
const SHORT_ESCAPES: Readonly<Record<number, string>> = {
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0c: '\\f',
  0x0d: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
}

function canonicalString(text: string): string {
  let written = '"'
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const next = unit <= 0xdbff ? text.charCodeAt(index + 1) : Number.NaN
      if (!(next >= 0xdc00 && next <= 0xdfff)) throw new TypeError('half of a surrogate pair is not JSON')
      written += text.slice(index, index + 2)
      index += 1
      continue
    }
    written +=
      SHORT_ESCAPES[unit] ?? (unit < 0x20 ? `\\u${unit.toString(16).padStart(4, '0')}` : text.charAt(index))
  }
  return `${written}"`
}

/** Section 3.2.3: members in the order of their names' UTF-16 code units. */
function canonicalObject(members: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(members).sort((one, other) => (one < other ? -1 : 1))
  return `{${names.map((name) => `${canonicalString(name)}:${canonicalJson(members[name])}`).join(',')}}`
}
