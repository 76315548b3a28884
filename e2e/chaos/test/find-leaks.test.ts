import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { privateIn } from '../src/run/find-leaks.js'

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${base64url({ alg: 'RS256', kid: 'one' })}.${base64url({ sub: 'shop', exp: 1_800_000_000 })}.c2lnbmF0dXJl`
const receipt = `v1.${Date.now().toString(36)}.${createHmac('sha256', 'key').update('order').digest('base64url')}`

describe('what of a line of logs or metrics is private', () => {
  it.each([
    ['a name of the load', '{"msg":"sent","to":"Canary 17 Ñandú"}', 'personal data or a key'],
    ['a key of the load', '{"key":"canary-key-1-000017"}', 'personal data or a key'],
    ['a token', `{"authorization":"Bearer ${token}"}`, 'a token'],
    ['a receipt', `{"path":"/v1/orders/x?receipt=${receipt}"}`, 'a receipt'],
  ])('%s', (_what, line, found) => {
    expect(privateIn(line)).toBe(found)
  })

  it.each([
    '{"level":"info","service":"order-api","orderId":"3b1f8c1e-6a57-8d2b-9c30-6f0a5b1d2e4f","traceId":"0af7651916cd43dd8448eb211c80319c"}',
    'http_request_duration_seconds_bucket{le="0.25",route="/v1/orders/{id}",method="GET",status="200"} 17',
    '{"accountHash":"5d41402abc4b2a76b9719d911017c592","version":"v24.21.0"}',
  ])('nothing: %s', (line) => {
    expect(privateIn(line)).toBeUndefined()
  })
})
