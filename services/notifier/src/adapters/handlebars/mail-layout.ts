import { readFileSync } from 'node:fs'
import handlebars from 'handlebars'
import type { MailLayout } from '../../domain/email-channel.js'
import type { OrderMail } from '../../domain/mail/order-mail.js'

const TEMPLATES = new URL('../../../../templates/', import.meta.url)

/**
 * Reads and compiles the package's templates once, at start. The HTML one escapes every value; plain text has nothing
 * to escape. Throws where a template is missing or does not compile.
 */
export function createHandlebarsMailLayout(): MailLayout {
  return { html: compile('order.html.hbs', false), text: compile('order.text.hbs', true) }
}

function compile(file: string, noEscape: boolean): (mail: OrderMail) => string {
  const syntax = handlebars.parse(readFileSync(new URL(file, TEMPLATES), 'utf8'))
  return handlebars.compile<OrderMail>(syntax, { noEscape, knownHelpersOnly: true })
}
