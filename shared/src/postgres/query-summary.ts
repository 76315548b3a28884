/** What a statement is called in a trace: `INSERT orders`. */
export interface QuerySummary {
  readonly summary: string
  readonly operation: string
}

/** Statements are constants of the code, so there are few. */
const known = new Map<string, QuerySummary>()

/** Verb and table of what writes, wherever it stands in the statement. */
const WRITE = /\b(insert) into (\w+)|\b(update) (\w+)(?: \w+)?\s+set\b|\b(delete) from (\w+)/i
const READ = /\b(select)\b[\s\S]*?\bfrom (\w+)/i
const FIRST_WORD = /^\s*(\w+)/

/** Names a statement after what it does and to which table, as OpenTelemetry's conventions for databases ask. Never its text. */
export function summaryOf(asked: string | { readonly text: string }): QuerySummary {
  const text = typeof asked === 'string' ? asked : asked.text
  let summary = known.get(text)
  if (summary === undefined) {
    summary = summarise(text)
    if (known.size < 1_000) known.set(text, summary)
  }
  return summary
}

function summarise(text: string): QuerySummary {
  const found = WRITE.exec(text) ?? READ.exec(text)
  // Groups of the branches that did not match are empty.
  const [operation, table] = found === null ? [] : found.slice(1).filter(Boolean)
  if (operation !== undefined && table !== undefined) {
    const verb = operation.toUpperCase()
    return { summary: `${verb} ${table}`, operation: verb }
  }
  const verb = (FIRST_WORD.exec(text)?.[1] ?? 'query').toUpperCase()
  return { summary: verb, operation: verb }
}
