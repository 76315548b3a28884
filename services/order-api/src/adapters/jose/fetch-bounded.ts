/** A key set of this size holds hundreds of keys. */
const MAX_BYTES = 256 * 1_024

/** `fetch` for an answer of a bounded size: a longer one is a failure, and its rest is never read. */
export async function fetchBounded(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const { status, body } = response
  if (status !== 200 || body === null) return response
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new RangeError(`the answer has more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return new Response(new Blob(chunks), { status })
}
