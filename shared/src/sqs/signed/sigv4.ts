import { createHmac, hash } from 'node:crypto'

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface PostToSign {
  readonly credentials: SigningCredentials
  readonly region: string
  /** As it stands in the request, percent-encoded once. */
  readonly path: string
  /** What is signed besides date and session token: names in lower case, single values without outer blanks. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** Milliseconds since 1970; AWS takes requests that are up to five minutes off. */
  readonly at: number
}

export type PostSigner = (post: PostToSign) => Record<string, string>

/**
 * Signs POST requests without a query by AWS Signature Version 4 and returns their headers. The signing key is kept
 * for as long as day, region and credentials stay the same. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createPostSigner(service: string): PostSigner {
  let keyName = ''
  let key: Buffer = Buffer.alloc(0)

  function signingKey(secret: string, day: string, region: string): Buffer {
    const name = `${day} ${region} ${secret}`
    if (name !== keyName) {
      key = [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`))
      keyName = name
    }
    return key
  }

  return ({ credentials, region, path, headers, body, at }) => {
    const date = `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    const day = date.slice(0, 8)
    const scope = `${day}/${region}/${service}/aws4_request`
    const signed: Record<string, string> = { ...headers, 'x-amz-date': date }
    if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken

    const names = Object.keys(signed).sort()
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join('')
    const canonical = `POST\n${canonicalPath(path)}\n\n${lines}\n${names.join(';')}\n${sha256(body)}`
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`
    const signature = hmac(signingKey(credentials.secretAccessKey, day, region), text).toString('hex')

    signed['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
      `SignedHeaders=${names.join(';')}, Signature=${signature}`
    return signed
  }
}

/** Encoded a second time, as for every service but S3. */
function canonicalPath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~/]/g, (char) => encodeURIComponent(char).replace(/[!'()*]/g, hex))
}

function hex(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`
}

function sha256(data: string | Uint8Array): string {
  return hash('sha256', data)
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
