import type { Tracing } from '@comanda/shared/tracing'
import type { SmtpMailTransport } from './mail-transport.js'

/**
 * Makes a transport trace every mail: one span an attempt, in the trace of the order. Who gets it, what it says and how
 * the server words a refusal is in no span.
 */
export function traceMails(
  transport: SmtpMailTransport,
  { tracing, url }: { readonly tracing: Tracing | undefined; readonly url: string },
): SmtpMailTransport {
  if (tracing === undefined) return transport
  const { hostname, port, protocol } = new URL(url)
  const server = {
    'network.protocol.name': 'smtp',
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'smtps:' ? 465 : 587)),
  } as const

  return {
    async send(mail) {
      const span = tracing.start('send mail', {
        kind: 'client',
        parent: mail.traceparent,
        attributes: { ...server, 'comanda.event.id': mail.eventId, 'comanda.order.id': mail.orderId },
      })
      try {
        const outcome = await transport.send(mail)
        span.set({ 'comanda.outcome': outcome.kind })
        if (outcome.kind !== 'sent') span.fail(outcome.reason)
        return outcome
      } catch (error) {
        span.fail('defect')
        throw error
      } finally {
        span.end()
      }
    },
    close: () => transport.close(),
  }
}
