import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { sha256 } from '../checker/identity.js'
import { CANARY } from './load-settings.js'
import type { LoadSettings, PoisonKind } from './load-settings.js'
import type { Random } from './random.js'
import type { Shopfront } from './shopfront.js'

/** Puts messages straight onto the queues that no service should be able to read. */
export interface Poisoner {
  /** A message of a kind that chance picks, or of the given one. */
  send(number: number, random: Random, kind?: PoisonKind): Promise<unknown>
  close(): void
}

export function createPoisoner(settings: LoadSettings, shopfront: Shopfront): Poisoner {
  const client = new SQSClient({
    endpoint: settings.sqsEndpoint,
    region: 'eu-west-1',
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  return {
    send(number, random, picked) {
      const { account, actor } = random.pick(settings.callers)
      const kind = picked ?? random.pick(settings.poison)
      const id = sha256(`${settings.seed} poison ${number}`)
      const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-8${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`
      const queue = kind === 'broken' && random.chance(0.5) ? settings.eventsQueue : settings.ordersQueue
      const envelope = {
        specversion: '1.0',
        id: uuid,
        source: '/chaos',
        type: kind === 'unknown-version' ? 'comanda.order.place.v9' : 'comanda.order.place.v1',
        subject: uuid,
        time: '2026-01-15T09:30:00.000Z',
        datacontenttype: 'application/json',
        account,
        actor,
        data: { nonsense: `${CANARY} ${number}` },
      }
      const body = kind === 'broken' ? `{"${CANARY}": "broken ${number}"` : JSON.stringify(envelope)
      return shopfront.note(
        {
          f: 'poison',
          account,
          actor,
          poison: kind,
          sha: sha256(body),
          ...(kind === 'invalid' ? { id: uuid } : {}),
        },
        async () => {
          await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: body }))
        },
      )
    },
    close: () => client.destroy(),
  }
}
