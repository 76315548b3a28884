/**
 * How long an answer asks to wait (RFC 9110, 10.2.3), in ms: seconds, or a date, which is read by the clock of the one
 * who wrote it. Undefined where it asks for nothing or cannot be read.
 */
export function retryAfterMsOf(
  headers: { get(name: string): string | null },
  now: number,
): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  const until = /^[A-Za-z]{3}/.test(value) ? Date.parse(value) : NaN // Date.parse takes "-5" for a year
  if (Number.isNaN(until)) return undefined
  const writtenAt = Date.parse(headers.get('date') ?? '')
  return Math.max(0, until - (Number.isNaN(writtenAt) ? now : writtenAt))
}
