import type { Phrases } from './phrases.js'

export const SPANISH: Phrases = {
  language: 'es',
  subject: {
    confirmed: (order) => `Tu pedido ${order} está confirmado`,
    rejected: (order) => `No hemos podido aceptar tu pedido ${order}`,
    cancelled: (order) => `Tu pedido ${order} está cancelado`,
    shipped: (order) => `Tu pedido ${order} está en camino`,
    delivered: (order) => `Tu pedido ${order} ha sido entregado`,
  },
  heading: {
    confirmed: 'Gracias por tu pedido',
    rejected: 'No hemos podido aceptar tu pedido',
    cancelled: 'Tu pedido está cancelado',
    shipped: 'Tu pedido está en camino',
    delivered: 'Tu pedido ha sido entregado',
  },
  news: {
    confirmed:
      'Tenemos todo lo que pediste y lo estamos preparando. Te escribiremos de nuevo cuando lo enviemos.',
    rejected: 'Lo sentimos: tu pedido no ha sido aceptado y no se te cobrará nada por él.',
    cancelled: 'Tu pedido ha sido cancelado. No se enviará nada más de él.',
    shipped: 'Hemos entregado tu pedido al transportista.',
    delivered: 'El transportista nos informa de que tu pedido ha llegado. Esperamos que lo disfrutes.',
  },
  reason: {
    out_of_stock: 'Al menos un artículo ya no está disponible en la cantidad que pediste.',
    unknown_product: 'Al menos un artículo no está en nuestro catálogo.',
    price_changed: 'El precio de al menos un artículo ha cambiado desde que lo pediste.',
    currency_mismatch: 'Al menos un artículo no se vende en la moneda de tu pedido.',
    idempotency_key_reused: 'Se envió con la misma clave que un pedido anterior de otro contenido.',
    unprocessable: 'No se pudo leer.',
  },
  greeting: (name) => (name === undefined ? 'Hola:' : `Hola, ${name}:`),
  closing: (shop) => `Un saludo, ${shop}`,
  order: 'Número de pedido',
  carrier: 'Transportista',
  trackingNumber: 'Número de seguimiento',
  item: 'Artículo',
  quantity: 'Cantidad',
  amount: 'Importe',
  total: 'Total',
  each: (price) => `${price} por unidad`,
  moreLines: (count, isOne) => (isOne ? 'y 1 línea más' : `y ${count} líneas más`),
}
