/**
 * The Message-ID of the mail about an event: made from the event id alone, so every attempt of every process uses the
 * same one (RFC 5322 section 3.6.4). `sender` is the address that mails come from; its domain makes the id unique.
 */
export function messageId(eventId: string, sender: string): string {
  return `<${eventId}@${sender.slice(sender.lastIndexOf('@') + 1)}>`
}
