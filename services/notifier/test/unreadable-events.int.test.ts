import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { asciiJson } from '@comanda/shared/messages'
import { exampleEvent } from './example-events.js'
import { redriveCommand } from '../src/commands.js'
import { RedriveConfig } from '../src/config.js'
import { createSurroundings } from './running-notifier.js'
import type { Surroundings } from './running-notifier.js'
import { until } from './until.js'

describe('events that notifier cannot read', () => {
  let at: Surroundings
  beforeEach(async () => {
    at = await createSurroundings({ maxReceiveCount: 2, visibilityTimeoutSeconds: 2 })
  })
  afterEach(() => at.close())

  const parkedReasons = async () => {
    const { rows } = await at.sql.query<{ reason: string }>('select reason from parked_events')
    return rows.map(({ reason }) => reason)
  }
  const depthOf = async (queue: string) => {
    const { Attributes } = await at.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }),
    )
    return (
      Number(Attributes?.['ApproximateNumberOfMessages']) +
      Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
    )
  }

  it('are parked with their reason when nobody ever can, and the queue flows on', async () => {
    const broken = '{"type":'
    const invalid = exampleEvent('confirmed', { data: { lineCount: -1 } })
    const noUuid = exampleEvent('confirmed', { order: 'order-1' })
    await at.start()

    await at.publishBody(broken)
    await at.publish(invalid, noUuid, exampleEvent())

    await until('three are parked', async () => (await parkedReasons()).length === 3)
    await until('the good one is sent', () => at.sink.received.length === 1)
    await until('the queue is empty', async () => (await depthOf(at.queues.events)) === 0)
    expect((await parkedReasons()).toSorted()).toEqual([
      expect.stringContaining('/data/lineCount'),
      '/subject: must be a UUID',
      'the body is not JSON',
    ])
    expect(await at.rows()).toHaveLength(1)
  })

  it('wait in the dead-letter queue when a newer release could, until redrive sends them back', async () => {
    const repaired = exampleEvent()
    const newer = asciiJson({ ...exampleEvent(), type: 'comanda.order.confirmed.v9' })
    await at.start({ BACKOFF_FIRST_SECONDS: '1', BACKOFF_MAX_SECONDS: '1', VISIBILITY_TIMEOUT_SECONDS: '2' })
    await at.publishBody(newer)
    await until('it is dead-lettered', async () => (await depthOf(at.queues.eventsDeadLetter)) === 1)
    // An event that an older release than this one could not read.
    await at.sqs.send(
      new SendMessageCommand({ QueueUrl: at.queues.eventsDeadLetter, MessageBody: asciiJson(repaired) }),
    )

    const sentence = await redriveCommand(
      RedriveConfig.parse(at.settings()),
      [],
      new AbortController().signal,
    )

    await until('the readable one is sent', () => at.sink.received.length === 1)
    await until('the other one is back', async () => (await depthOf(at.queues.eventsDeadLetter)) === 1)
    expect(sentence).toBe('2 messages were sent back.')
    expect(await parkedReasons()).toEqual([])
    expect(await at.rows()).toMatchObject([{ event_id: repaired.id }])
  })
})
