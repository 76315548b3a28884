import { describe, expect, it } from '@jest/globals'
import { summaryOf } from '../../src/postgres/query-summary.js'

describe('the summary of a statement', () => {
  it.each([
    ['select id from orders where id = $1', 'SELECT orders'],
    ['insert into outbox (event_id) select * from unnest($1::uuid[])', 'INSERT outbox'],
    [
      'with due as (select 1 from deliveries for update skip locked) update deliveries d set attempts = 1 from due',
      'UPDATE deliveries',
    ],
    ['delete from outbox where event_id = any($1)', 'DELETE outbox'],
    ['begin', 'BEGIN'],
    ['select 1', 'SELECT'],
  ])('of %s is %s', (text, summary) => {
    expect(summaryOf(text).summary).toBe(summary)
  })

  it('has nothing of a value in it', () => {
    expect(summaryOf(`update products set name = 'canary free text' where sku = 'X'`).summary).toBe(
      'UPDATE products',
    )
  })
})
