import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createPostSigner } from '../../src/sqs/signed/sigv4.js'

/** Hash and HMAC as the reference signer wants them. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {}
}

// The AWS Signature Version 4 test suite signs with these.
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const at = Date.UTC(2015, 7, 30, 12, 36, 0)

describe('a signed POST', () => {
  it('has the signature of post-vanilla in the test suite of AWS', () => {
    const { authorization } = createPostSigner('service')({
      credentials,
      region: 'us-east-1',
      path: '/',
      headers: { host: 'example.amazonaws.com' },
      body: '',
      at,
    })

    expect(authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, ' +
        'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    )
  })

  it('has the signature of post-x-www-form-urlencoded in the test suite of AWS', () => {
    const { authorization } = createPostSigner('service')({
      credentials,
      region: 'us-east-1',
      path: '/',
      headers: { host: 'example.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
      at,
    })

    expect(authorization).toMatch(/ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a$/)
  })

  it('has the headers that the signer of the SDK gives it, whatever was signed before', async () => {
    const sign = createPostSigner('sqs')
    const token = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/)
    const post = fc.record({
      credentials: fc.record(
        { accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/), secretAccessKey: token, sessionToken: token },
        { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
      ),
      region: fc.constantFrom('eu-central-1', 'us-east-1', 'cn-north-1'),
      path: fc
        .webPath()
        .map((path) => path || '/')
        .filter((path) => !/\/\/|\/\.|^[^/]/.test(path)),
      headers: fc.record({
        host: fc.domain(),
        'content-type': fc.constant('application/x-amz-json-1.0'),
        'x-amz-target': fc.constant('AmazonSQS.SendMessageBatch'),
      }),
      body: fc.string({ unit: 'grapheme' }),
      at: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }),
    })

    await fc.assert(
      fc.asyncProperty(post, async (one) => {
        const reference = new SignatureV4({
          service: 'sqs',
          region: one.region,
          credentials: one.credentials,
          sha256: Sha256,
          applyChecksum: false,
        })
        const { headers } = await reference.sign(
          {
            method: 'POST',
            protocol: 'https:',
            hostname: one.headers.host,
            path: one.path,
            headers: { ...one.headers },
            body: one.body,
          },
          { signingDate: new Date(one.at) },
        )

        expect(sign(one)).toEqual(headers)
      }),
    )
  })
})
