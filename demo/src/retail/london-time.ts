const OFFSET = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeZoneName: 'longOffset' })

/** An RFC 3339 instant of a local UK time `YYYY-MM-DD HH:MM:SS`, with the offset that was in force. */
export function londonInstant(local: string): string {
  const iso = local.replace(' ', 'T')
  // The shop is closed at the hour of the change, so the offset of the same digits read as UTC is the right one.
  const zone = OFFSET.formatToParts(new Date(`${iso}Z`)).find(({ type }) => type === 'timeZoneName')!.value
  return `${iso}${zone === 'GMT' ? '+00:00' : zone.replace('GMT', '')}`
}
