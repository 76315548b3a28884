import { describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig } from '@comanda/shared/config'
import { Config } from '../src/config.js'

const key = Buffer.alloc(32, 1).toString('base64')
const issuer = {
  issuer: 'https://issuer.example',
  jwksUri: 'https://issuer.example/jwks',
  clientIds: ['storefront'],
  algorithms: ['RS256'],
  account: { constant: 'giftshop' },
}
const environment = {
  DATABASE_URL: 'postgres://order_api@127.0.0.1/comanda',
  AWS_REGION: 'eu-west-1',
  ORDERS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/orders',
  AUTH_ISSUERS: JSON.stringify([issuer]),
  RECEIPT_KEYS: JSON.stringify({ sign: 'v1', keys: { v1: key } }),
}

describe('the settings', () => {
  it('need only what has no good default', () => {
    const config = readConfig(Config, environment)

    expect(config).toMatchObject({ PORT: 8_080, KEY_LOOKUP_BUDGET_MS: 50, AUTH_ISSUERS: [issuer] })
    expect(config.RECEIPT_KEYS.keys.get('v1')).toEqual(Buffer.alloc(32, 1))
  })

  it('allow no other origin unless told, and those that are told one by one', () => {
    const CORS_ORIGINS = 'https://shop.example, https://admin.shop.example:8443'

    expect(readConfig(Config, environment).CORS_ORIGINS).toEqual([])
    expect(readConfig(Config, { ...environment, CORS_ORIGINS }).CORS_ORIGINS).toEqual([
      'https://shop.example',
      'https://admin.shop.example:8443',
    ])
  })

  it.each(Object.keys(environment))('name %s when it is missing', (name) => {
    const { [name as keyof typeof environment]: _missing, ...others } = environment

    expect(() => readConfig(Config, others)).toThrow(`${name} is missing`)
  })

  it.each([
    ['PORT', '70000'],
    ['QUEUE_BUDGET_MS', '2000'],
    ['DATABASE_URL', 'mysql://localhost'],
    ['ORDERS_QUEUE_URL', 'orders'],
    ['AUTH_ISSUERS', 'not json'],
    ['AUTH_ISSUERS', '[]'],
    ['AUTH_ISSUERS', JSON.stringify([{ ...issuer, algorithms: ['HS256'] }])],
    ['AUTH_ISSUERS', JSON.stringify([{ ...issuer, algorithms: ['none'] }])],
    ['AUTH_ISSUERS', JSON.stringify([{ ...issuer, clientIds: undefined }])],
    ['AUTH_ISSUERS', JSON.stringify([issuer, issuer])],
    ['AUTH_ISSUERS', JSON.stringify([{ ...issuer, scopes: { 'comanda/orders.write': 'orders.write' } }])],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://shop.example/'],
    ['CORS_ORIGINS', 'https://shop.example, shop.example'],
    ['CORS_ORIGINS', 'null'],
    ['RECEIPT_KEYS', JSON.stringify({ sign: 'v2', keys: { v1: key } })],
    ['RECEIPT_KEYS', JSON.stringify({ sign: 'v1', keys: { v1: 'c2hvcnQ=' } })],
  ])('name %s when it is %s, and do not repeat it', (name, value) => {
    const read = () => readConfig(Config, { ...environment, [name]: value })

    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`${name} is wrong`))
    if (value.length > 8) expect(read).not.toThrow(value)
  })

  it('all say what they mean', () => {
    for (const schema of Object.values(Config.shape)) expect(schema.description).toMatch(/\.$/)
  })
})
