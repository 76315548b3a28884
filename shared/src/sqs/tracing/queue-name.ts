/** The last part of a queue's URL: `orders`, `orders.fifo`. */
export function queueNameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1)
}
