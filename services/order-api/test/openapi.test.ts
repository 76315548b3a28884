import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { PROBLEMS } from '../src/adapters/http/problems.js'
import { openApiDocument } from '../src/openapi.js'

const COMMITTED = new URL('../../openapi.json', import.meta.url)

describe('the OpenAPI document', () => {
  it('is the committed one: `npm run generate` writes it', async () => {
    const committed = await readFile(COMMITTED, 'utf8')

    expect(committed).toBe(`${JSON.stringify(openApiDocument(), null, 2)}\n`)
  })

  it('shows every problem that there is in an example', () => {
    const text = JSON.stringify(openApiDocument().paths)
    const missing = Object.keys(PROBLEMS).filter((code) => !text.includes(`urn:comanda:problem:${code}`))

    expect(missing).toEqual([])
  })

  it('leads from the answer that accepts an order, with its receipt, to the order and to its cancelling', () => {
    const { paths } = openApiDocument()
    const links = paths?.['/v1/orders']?.post?.responses?.['202']?.links as Record<string, unknown>

    const parameters = { id: '$response.body#/id', receipt: '$response.body#/receipt' }
    expect(links['showOrder']).toMatchObject({ operationId: 'showOrder', parameters })
    expect(links['cancelOrder']).toMatchObject({ operationId: 'cancelOrder', parameters })
  })

  it('gives every answer with content an example', () => {
    type Answers = Record<string, { content?: Record<string, object> }>
    const { paths } = JSON.parse(JSON.stringify(openApiDocument())) as {
      paths: Record<string, Record<string, { responses: Answers }>>
    }
    const contents = Object.values(paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap(({ content = {} }) => Object.values(content))

    expect(contents.length).toBeGreaterThan(50)
    for (const content of contents) expect('example' in content || 'examples' in content).toBe(true)
  })
})
