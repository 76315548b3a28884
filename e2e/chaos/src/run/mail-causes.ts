import type { MailCause } from '../checker/mail-copies.js'
import type { FaultMoment } from '../faults/fault-log.js'
import { MAX_CLAIMED, SEND_TIMEOUT_MS, SMTP_CONNECTIONS } from '../world/world-settings.js'

/**
 * What can make a mail come twice, and how often at most. A notifier that ends or is stopped leaves behind what it had in
 * hand, claimed and not recorded as sent. While the server of the records is away both replicas may be so. A broken
 * connection to the mail server loses the answers of the mails that are on it.
 */
export function mailCauses(moments: readonly FaultMoment[], replicas: number): readonly MailCause[] {
  return moments.flatMap((moment) => {
    const most = mostCopies(moment, replicas)
    const { fault, process, link, from, to } = moment
    return most === 0 ? [] : [{ what: [fault, process ?? link ?? ''].join(' '), from, to, most }]
  })
}

function mostCopies({ fault, process = '', link, action, from, to }: FaultMoment, replicas: number): number {
  switch (fault) {
    case 'kill':
    case 'term':
    case 'stop':
      return process.startsWith('notifier') ? MAX_CLAIMED : 0
    case 'N1':
    case 'N4':
      return action === 'kill' ? MAX_CLAIMED : 0
    case 'N2':
    case 'N3':
      // Anything else than the end of the process meets the one mail that stands at the point.
      return action === 'kill' ? MAX_CLAIMED : 1
    case 'postgres-kill':
      return replicas * MAX_CLAIMED
    case 'latency':
    case 'cut':
    case 'reset':
    case 'half-open':
      if (link === 'postgres') return replicas * MAX_CLAIMED
      // A connection loses one answer at a time, and again after each time-out.
      return link === 'smtp' ? replicas * SMTP_CONNECTIONS * Math.ceil(1 + (to - from) / SEND_TIMEOUT_MS) : 0
    default:
      return 0
  }
}
