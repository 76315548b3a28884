import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { describeError } from '../src/describe-error.js'
import { LOG_FIELDS, allowedFields } from '../src/logging.js'
import { readMessage } from '../src/messages/read-message.js'

const SECRET = 'canary.mailbox@shop.example'

/** What really throws it, where that can be had without a server. */
function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

function errorWith(message: string, fields: object): Error {
  return Object.assign(new Error(message), fields)
}

describe('a log line', () => {
  it('carries fields of the closed set, and no other whatever a caller gives', () => {
    const line = allowedFields({
      orderId: 'o-1',
      status: 202,
      open: true,
      email: SECRET,
      body: { a: 1 },
      req: 'x',
    })

    expect(line).toEqual({ orderId: 'o-1', status: 202, open: true })
  })

  it.each([
    ['an e-mail address', SECRET],
    ['an object', { street: '7 Canary Wharf' }],
    ['a text that is no id', 'x'.repeat(301)],
    ['a list', [SECRET]],
    ['null', null],
  ])('does not show %s in the place of an id', (_name, value) => {
    for (const field of LOG_FIELDS)
      expect(allowedFields({ [field]: value })).toEqual({ [field]: '(withheld)' })
  })

  it('leaves out what is undefined', () => {
    expect(allowedFields({ actor: undefined })).toEqual({})
  })
})

describe('a written line', () => {
  it('shows an error by its own name and code, as the view says it', () => {
    const program = `
      import { createLogger } from '${new URL('../src/logging.js', import.meta.url).href}'
      const error = Object.assign(new RangeError('out of range'), { code: 'out_of_range' })
      createLogger('order-api', 'info').warn({ err: error, orderId: 'o-1' }, 'failed')`

    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    })

    expect(JSON.parse(stdout)).toMatchObject({
      level: 'warn',
      service: 'order-api',
      orderId: 'o-1',
      msg: 'failed',
      err: { type: 'RangeError', code: 'out_of_range', message: 'out of range' },
    })
  })
})

describe('an error in a log', () => {
  it.each<[string, () => unknown]>([
    ['a JSON parser', () => thrownBy(() => JSON.parse(`{"email":"${SECRET}`))],
    ['a schema', () => thrownBy(() => z.strictObject({}).parse({ [SECRET]: 1 }))],
    ['a check of arguments', () => thrownBy(() => Buffer.alloc(1).readInt8(SECRET as unknown as number))],
    ['a URL', () => thrownBy(() => new URL(`http://${SECRET}:x`))],
    [
      'a mail server',
      () => errorWith(`550 no such user <${SECRET}>`, { code: 'EENVELOPE', responseCode: 550 }),
    ],
    [
      'Postgres about a value',
      () =>
        errorWith(`invalid input syntax for type uuid: "${SECRET}"`, { severity: 'ERROR', code: '22P02' }),
    ],
    [
      'Postgres about a row',
      () =>
        errorWith('duplicate key value violates unique constraint "keys"', {
          severity: 'ERROR',
          code: '23505',
          detail: `Key (email)=(${SECRET}) already exists.`,
          where: SECRET,
        }),
    ],
    ['anything else', () => errorWith(SECRET, {})],
    ['anything else with a code', () => errorWith(SECRET, { code: 'EMESSAGE' })],
    ['a message with lines like frames', () => errorWith(`\n    at ${SECRET}`, {})],
    ['a cause', () => new TypeError('it failed', { cause: new Error(SECRET) })],
    ['a thrown text', () => SECRET],
  ])('of %s shows nothing of what it quotes', (_name, make) => {
    const view = describeError(make())

    expect(JSON.stringify(view)).not.toContain('canary')
    expect(view.type).not.toBe('')
  })

  it.each<[string, Error, string | undefined]>([
    [
      'Postgres',
      errorWith('relation "orders" does not exist', { severity: 'ERROR', code: '42P01' }),
      '42P01',
    ],
    ['pg', new Error('Connection terminated unexpectedly'), undefined],
    [
      'the system',
      errorWith('connect ECONNREFUSED 127.0.0.1:5432', {
        code: 'ECONNREFUSED',
        syscall: 'connect',
        errno: -111,
      }),
      'ECONNREFUSED',
    ],
    [
      'SQS',
      errorWith('The specified queue does not exist.', { $metadata: {}, name: 'QueueDoesNotExist' }),
      undefined,
    ],
    ['a defect', new TypeError("Cannot read properties of undefined (reading 'id')"), undefined],
    ['our own', errorWith('the order store failed: away (08006)', { code: 'away' }), 'away'],
  ])('of %s keeps its message, which says what to repair', (_name, error, code) => {
    const { message } = error

    expect(describeError(error)).toMatchObject({ message, ...(code === undefined ? {} : { code }) })
  })

  it('names the code of its cause and where it was made', () => {
    const error = new TypeError('fetch failed', { cause: errorWith('refused', { code: 'ECONNREFUSED' }) })

    const { cause, stack } = describeError(error)

    expect(cause).toBe('ECONNREFUSED')
    expect(stack).toMatch(/^ {4}at .*logging\.test\.[jt]s/)
  })
})

describe('the reason why a message cannot be read', () => {
  const Schema = z.strictObject({
    type: z.literal('a.v1'),
    metadata: z.record(z.string().max(3), z.string().max(3)),
  })
  const reasonOf = (message: object) => {
    const read = readMessage({ 'a.v1': Schema }, JSON.stringify({ type: 'a.v1', ...message }))
    return read.kind === 'invalid' ? read.reason : read.kind
  }

  it('names the place and the rule, not the words of the writer', () => {
    expect(reasonOf({ metadata: {}, [SECRET]: 1 })).toBe('/: has a property that is not known')
    expect(reasonOf({ metadata: { [SECRET]: 'x' } })).toMatch(/^\/metadata: /)
    expect(reasonOf({ metadata: { [SECRET]: 'x' }, other: SECRET })).not.toContain('canary')
    expect(reasonOf({ metadata: { key: SECRET } })).not.toMatch(/canary|key/)
  })
})

describe('an error that nothing caught', () => {
  it.each([
    ['thrown', 'throw'],
    ['rejected', 'void Promise.reject'],
  ])('ends the process with one line that quotes nothing: %s', (_name, how) => {
    const service = new URL('../src/service.js', import.meta.url).href
    const program = `
      import { runService } from '${service}'
      await runService(async () => {
        setImmediate(() => { ${how}(Object.assign(new Error('${SECRET}'), { detail: '${SECRET}', code: '23505' })) })
        return new Promise(() => setInterval(() => undefined, 1_000))
      })`

    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      {
        encoding: 'utf8',
      },
    )

    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(stderr)).toMatchObject({
      msg: 'the process ends',
      err: { type: 'Error', code: '23505' },
    })
    expect(stderr).not.toContain('canary')
  })
})
