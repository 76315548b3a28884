import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checkRun } from '../src/checker/check-run.js'
import type { Observations } from '../src/checker/check-run.js'
import type { Invariant } from '../src/checker/findings.js'
import { madeOrderId, makeRun } from '../src/checker/made-history.js'
import type { CheckRecord, Mail, Operation, OrderRow, PublishedEvent } from '../src/checker/records.js'

const ORDERS = 20
/** The order that is spoiled. */
const THE_ONE = 7
const ID = madeOrderId(THE_ONE)

describe('the checker', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-checker-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function check(
    spoil?: (records: CheckRecord[]) => CheckRecord[],
    other: Partial<Observations> & { readonly more?: readonly Operation[] } = {},
  ) {
    const { operations, records, products } = makeRun(ORDERS, (all, index) =>
      index === THE_ONE && spoil !== undefined ? spoil(all) : all,
    )
    async function* withMore() {
      yield* operations
      yield* other.more ?? []
    }
    const result = await checkRun(
      {
        operations: withMore(),
        records: [records],
        products,
        orphans: [],
        snapshots: [],
        mailCauses: [],
        leaks: [],
        unbounded: [],
        ...other,
      },
      join(folder, 'parts'),
    )
    return { ...result, broken: Object.keys(result.findings.counts).toSorted() }
  }

  const rowOf = (records: readonly CheckRecord[]) =>
    records.find((record): record is OrderRow => record.kind === 'order')!
  const withRow = (change: (row: OrderRow) => Partial<OrderRow>) => (records: CheckRecord[]) =>
    records.map((record) => (record.kind === 'order' ? { ...record, ...change(record) } : record))
  const without = (kind: CheckRecord['kind']) => (records: CheckRecord[]) =>
    records.filter((record) => record.kind !== kind)
  const twice =
    (kind: CheckRecord['kind'], change: (record: CheckRecord) => CheckRecord) => (records: CheckRecord[]) => [
      ...records,
      ...records.filter((record) => record.kind === kind).map(change),
    ]
  const asked = (operation: Partial<Operation>): Operation => ({
    kind: 'op',
    i: 1_000,
    f: 'get',
    type: 'ok',
    t0: 1_000,
    t1: 1_001,
    account: 'made',
    actor: 'made-store',
    id: ID,
    ...operation,
  })

  it('finds nothing wrong with a run that is right, and counts it', async () => {
    const { findings, tally } = await check()

    expect(findings.first).toEqual([])
    expect(tally).toMatchObject({
      attempts: 20,
      accepted: 20,
      lost: 0,
      events: 20,
      mails: 20,
      operations: 61,
    })
    expect(tally.visibility.at(0.5)).toBeGreaterThan(0)
  })

  const SPOILED: readonly (readonly [
    string,
    (records: CheckRecord[]) => CheckRecord[],
    readonly Invariant[],
  ])[] = [
    ['an accepted order is gone', () => [], ['I1', 'I4']],
    ['an order is stored with another content', withRow(() => ({ content: 'other' })), ['I1']],
    ['an order stays undecided', withRow(() => ({ status: 'accepted' })), ['I5', 'I6', 'I11']],
    [
      'an order sold twice',
      withRow(({ movements }) => ({ movements: [...movements, ...movements] })),
      ['I3', 'I4', 'I6'],
    ],
    ['an order sold nothing', withRow(() => ({ movements: [] })), ['I4', 'I6']],
    ['a version is missing', withRow(() => ({ version: 2 })), ['I6', 'I11']],
    [
      'an order is delivered without a ship',
      withRow(({ timeline }) => ({
        status: 'delivered',
        version: 2,
        timeline: [...timeline, { ...timeline[0]!, version: 2, status: 'delivered' }],
      })),
      ['I7', 'I8'],
    ],
    ['an event was never published', without('published'), ['I8']],
    [
      'an event is published that is no move',
      twice('published', (event) => ({ ...(event as PublishedEvent), event: ID, version: 2 })),
      ['I3', 'I6'],
    ],
    ['a mail marked sent never came', without('mail'), ['I10']],
    ['a mail came twice without a crash', twice('mail', (mail) => mail), ['I10']],
    [
      'a mail goes to somebody else',
      (records) =>
        records.map((record) => (record.kind === 'mail' ? { ...record, to: 'x@other.example' } : record)),
      ['I13'],
    ],
    [
      'copies have Message-IDs of their own',
      twice('mail', (mail) => ({
        ...(mail as Mail),
        messageId: `${(mail as Mail).messageId.slice(0, -1)}2>`,
      })),
      ['I10'],
    ],
    ['an order stands without its key', without('key'), ['I12']],
    [
      'a cancelled order keeps its stock',
      withRow(({ timeline }) => ({
        status: 'cancelled',
        version: 2,
        timeline: [...timeline, { ...timeline[0]!, version: 2, status: 'cancelled' }],
      })),
      ['I14'],
    ],
    [
      'a stranger moved an order',
      withRow(({ timeline }) => ({ timeline: timeline.map((entry) => ({ ...entry, actor: 'stranger' })) })),
      ['I13'],
    ],
    [
      'an order is stored that nobody sent',
      (records) => [...records, { ...rowOf(records), id: madeOrderId(99), key: 'k' }],
      ['I2'],
    ],
    [
      'a good message was parked',
      (records) => [...records, { kind: 'parked', sha: ID, reason: 'why', table: 'parked_messages' }],
      ['I5'],
    ],
  ]

  it.each(SPOILED)('sees it when %s', async (_what, spoil, expected) => {
    const { broken, findings } = await check(spoil)

    expect(broken).toEqual(expect.arrayContaining([...expected]))
    expect(findings.first.some(({ subject }) => subject === ID || broken.length > 0)).toBe(true)
  })

  const TOLD: readonly (readonly [string, Partial<Operation>, Invariant])[] = [
    ['a 404 for an accepted order', { type: 'fail', status: 404, proven: true }, 'I11'],
    ['an older version after a newer one', { status: 200, version: 0, state: 'accepted' }, 'I11'],
    ['an order of others', { status: 200, foreign: true, account: 'other', actor: 'x' }, 'I13'],
    ['a leak', { type: 'fail', status: 400, leaked: true }, 'I16'],
    [
      'another id for one payload',
      { f: 'place', status: 202, key: 'made-key-7', fingerprint: 'f', gotId: ID },
      'I12',
    ],
    [
      'a cancel that nobody carried out',
      { f: 'cancel', status: 202, cmd: ID.replace(/^./, 'f'), gotId: ID.replace(/^./, 'f') },
      'I5',
    ],
    ['a put that nobody carried out', { f: 'put', status: 202, cmd: ID.replace(/^./, 'f') }, 'I5'],
  ]

  it.each(TOLD)('sees it when a client was told %s', async (_what, operation, invariant) => {
    const { broken } = await check(undefined, { more: [asked(operation)] })

    expect(broken).toContain(invariant)
  })

  describe('of a mail that came again', () => {
    /** Mails of the made run are stamped with the number of their order, in ms. */
    const copies =
      (...after: number[]) =>
      (records: CheckRecord[]) => [
        ...records,
        ...after.flatMap((ms) =>
          records.flatMap((record) => (record.kind === 'mail' ? [{ ...record, at: THE_ONE + ms }] : [])),
        ),
      ]
    const crash = (at: number, most = 1) => ({ what: 'a crash', from: at, to: at, most })

    it('lets it pass when something broke between the two', async () => {
      const { broken, tally } = await check(copies(60_000), { mailCauses: [crash(30_000)] })

      expect(broken).toEqual([])
      expect(tally.extraMails).toBe(1)
    })

    it.each([
      ['nothing broke', []],
      ['something broke long before', [crash(-30_000)]],
      ['something broke afterwards', [crash(90_000)]],
    ])('reports it when %s', async (_when, mailCauses) => {
      const { broken } = await check(copies(60_000), { mailCauses })

      expect(broken).toEqual(['I10'])
    })

    it('reports more copies than were under way when it broke', async () => {
      const spoil = copies(60_000, 61_000)

      expect((await check(spoil, { mailCauses: [crash(30_000, 1)] })).findings.counts).toEqual({ I10: 1 })
      expect((await check(spoil, { mailCauses: [crash(30_000, 1), crash(60_500, 1)] })).broken).toEqual([])
    })
  })

  it('misses no event where nobody saw what left for the queue, and says so', async () => {
    const { broken, eventsSeen } = await check(without('published'), { eventsSeen: false })

    expect(broken).toEqual([])
    expect(eventsSeen).toBe(false)
  })

  it('still misses a mail there', async () => {
    const spoil = (records: CheckRecord[]) => without('published')(without('mail')(records))

    expect((await check(spoil, { eventsSeen: false })).broken).toEqual(['I10'])
  })

  it('shows the whole life of an order that breaks a promise', async () => {
    const { findings } = await check(without('published'))

    expect(findings.first[0]).toMatchObject({ invariant: 'I8', subject: ID })
    expect(findings.first[0]!.life!.map(({ kind }) => kind)).toEqual(['op', 'op', 'op', 'order', 'mail'])
  })
})
