/** Whether a queue URL names a FIFO queue: AWS reserves the ending for them. */
export function isFifo(queueUrl: string): boolean {
  return queueUrl.endsWith('.fifo')
}
