import { describe, expect, it } from '@jest/globals'
import { RejectionReason } from '@comanda/shared/messages'
import { createHandlebarsMailLayout } from '../src/adapters/handlebars/mail-layout.js'
import { ENGLISH } from '../src/domain/mail/english.js'
import { orderMail } from '../src/domain/mail/order-mail.js'
import { SPANISH } from '../src/domain/mail/spanish.js'
import { exampleEvent } from './example-events.js'

const layout = createHandlebarsMailLayout()
const textOf = (event: ReturnType<typeof exampleEvent>) => layout.text(orderMail(event, 'The Gift Shop'))
const htmlOf = (event: ReturnType<typeof exampleEvent>) => layout.html(orderMail(event, 'The Gift Shop'))

describe('the mail about an order', () => {
  it('tells in English what was confirmed', () => {
    const event = exampleEvent('confirmed', { data: { name: 'Ann Lee', language: 'en-GB' } })

    const text = textOf(event)

    expect(text).toBe(`Hello Ann Lee,

We have everything you ordered and are getting it ready. We will write again when it ships.

Order number: 536365

6 x White hanging heart t-light holder (85123A): £15.30 (£2.55 each)

Total: £15.30

Kind regards, The Gift Shop
`)
    expect(orderMail(event, 'The Gift Shop').subject).toBe('Your order 536365 is confirmed')
  })

  it('tells in Spanish what was shipped, how, and with which numbers', () => {
    const event = exampleEvent('shipped', {
      version: 2,
      data: { language: 'es-ES', currency: 'EUR', total: '12345.6000' },
    })

    const text = textOf(event)

    expect(text).toBe(`Hola:

Hemos entregado tu pedido al transportista.

Número de pedido: 536365
Transportista: Royal Mail
Número de seguimiento: RM123456785GB

6 x White hanging heart t-light holder (85123A): 15,30\u00a0€ (2,55\u00a0€ por unidad)

Total: 12.345,60\u00a0€

Un saludo, The Gift Shop
`)
    expect(orderMail(event, 'The Gift Shop').subject).toBe('Tu pedido 536365 está en camino')
  })

  it.each([
    ['en', 'confirmed', 'Your order 536365 is confirmed'],
    ['en', 'rejected', 'We could not accept your order 536365'],
    ['en', 'cancelled', 'Your order 536365 is cancelled'],
    ['en', 'shipped', 'Your order 536365 is on its way'],
    ['en', 'delivered', 'Your order 536365 has been delivered'],
    ['es', 'confirmed', 'Tu pedido 536365 está confirmado'],
    ['es-MX', 'rejected', 'No hemos podido aceptar tu pedido 536365'],
    ['es', 'cancelled', 'Tu pedido 536365 está cancelado'],
    ['ES', 'shipped', 'Tu pedido 536365 está en camino'],
    ['es', 'delivered', 'Tu pedido 536365 ha sido entregado'],
    // Estonian, not Spanish.
    ['est', 'delivered', 'Your order 536365 has been delivered'],
    ['fr', 'confirmed', 'Your order 536365 is confirmed'],
  ] as const)('has a subject for %s and %s', (language, kind, subject) => {
    const mail = orderMail(exampleEvent(kind, { data: { language } }), 'The Gift Shop')

    expect(mail.subject).toBe(subject)
  })

  it.each(RejectionReason.options)(
    'says in words of both languages why an order was rejected: %s',
    (reason) => {
      const english = textOf(exampleEvent('rejected', { data: { reason, language: 'en' } }))
      const spanish = textOf(exampleEvent('rejected', { data: { reason, language: 'es' } }))

      expect(english).toContain(ENGLISH.reason[reason])
      expect(spanish).toContain(SPANISH.reason[reason])
      expect(english + spanish).not.toContain(reason)
    },
  )

  it('says how many lines it leaves out', () => {
    const { lines } = exampleEvent().data

    const two = textOf(exampleEvent('confirmed', { data: { lines, lineCount: 1_201 } }))
    const one = textOf(exampleEvent('confirmed', { data: { lines, lineCount: 2, language: 'es' } }))

    expect(two).toContain('\nand 1,200 more lines\n')
    expect(one).toContain('\ny 1 línea más\n')
  })

  it('writes every amount exactly, with the decimals of its currency or more', () => {
    const line = { sku: 'A', quantity: 3, unitPrice: '0.0125', amount: '0.0375' }
    const event = exampleEvent('confirmed', { data: { lines: [line], total: '999999999999.9999' } })
    const yen = exampleEvent('confirmed', { data: { currency: 'JPY', total: '1500.0000' } })

    const text = textOf(event)

    expect(text).toContain('3 x A: £0.0375 (£0.0125 each)')
    expect(text).toContain('Total: £999,999,999,999.9999')
    expect(textOf(yen)).toContain('Total: ¥1,500\n')
  })

  it('has words for an order of which hardly anything is known', () => {
    const event = exampleEvent('rejected', {
      data: {
        reason: 'unprocessable',
        reference: undefined,
        currency: undefined,
        total: undefined,
        lines: [],
        lineCount: 0,
      },
    })

    const text = textOf(event)

    expect(text).toContain(`Order number: ${event.subject}`)
    expect(text).not.toMatch(/undefined|Total/)
  })

  it('escapes everything from the order in HTML, and nothing in plain text', () => {
    const evil = '<script>alert("x")</script> & Söhne'
    const event = exampleEvent('shipped', {
      data: {
        name: evil,
        reference: evil,
        carrier: evil,
        lines: [{ sku: evil, name: evil, quantity: 1 }],
      },
    })

    const html = htmlOf(event)

    expect(html).not.toContain('<script')
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; Söhne')
    expect(textOf(event)).toContain(evil)
  })

  it('keeps line breaks of the order out of everything but the bodies', () => {
    const event = exampleEvent('confirmed', {
      data: { reference: '1\r\nBcc: all@shop.example\u2028x', name: 'A\nB' },
    })

    const mail = orderMail(event, 'Shop\r\nX-Evil: 1')

    expect(mail.subject).toBe('Your order 1 Bcc: all@shop.example x is confirmed')
    expect(mail.greeting).toBe('Hello A B,')
    expect(mail.shop).toBe('Shop X-Evil: 1')
  })

  it('lays the HTML out for mail clients, in the language of its words', () => {
    const html = htmlOf(exampleEvent('confirmed', { data: { language: 'es' } }))

    expect(html).toContain('<html lang="es">')
    expect(html).toContain('White hanging heart t-light holder')
    expect(html).toContain('The Gift Shop')
    expect(html).not.toMatch(/<style|<script|class=|https?:/)
  })
})
