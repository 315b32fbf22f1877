import { createHash } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'

export type BucketOptions = {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly bucket: string
  /** The bucket keeps versions and refuses deletion before their retention ends. */
  readonly objectLock?: boolean
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly forcePathStyle: boolean
  readonly patience?: Partial<Patience>
}

/** How long to wait for the storage. Milliseconds. */
export type Patience = {
  /** For a connection. */
  readonly connect: number
  /** For the head of the answer, once the request is sent. */
  readonly answer: number
  /** Without a byte either way. */
  readonly idle: number
  /** Tries in all, with the SDK's exponential backoff between them. */
  readonly attempts: number
}

const usual: Patience = { connect: 5_000, answer: 60_000, idle: 30_000, attempts: 4 }

/** Everything is set here: the SDK must look into no environment, no file and no metadata service of a cloud. */
export function makeClient(options: BucketOptions): S3Client {
  const { connect, answer, idle, attempts } = { ...usual, ...options.patience }
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: options.forcePathStyle,
    // Stores older than 2025 refuse the checksum trailers that the SDK otherwise adds; ours are given at each put.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: attempts,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    // It would take a new connection for every larger put.
    expectContinueHeader: false,
    userAgentAppId: 'scelle',
    requestHandler: {
      connectionTimeout: connect,
      requestTimeout: answer,
      throwOnRequestTimeout: true,
      socketTimeout: idle,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
  })
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'DeleteObjectsCommand') addContentMd5(args.request)
      return next(args)
    },
    { step: 'build', name: 'contentMd5', priority: 'low' },
  )
  return client
}

/** The one digest of a bulk deletion that every store understands. */
function addContentMd5(request: unknown): void {
  const { headers, body } = request as { headers: Record<string, string>; body?: string | Uint8Array }
  if (body !== undefined) headers['content-md5'] = createHash('md5').update(body).digest('base64')
}

/**
 * Signs the body by its known SHA-256. Hashing it a second time is spared, and a store that ignores checksum headers
 * still refuses a body that was changed on its way, as part of verifying the signature.
 */
export function signedBy<Command extends { middlewareStack: { add: unknown } }>(
  command: Command,
  sha256: string,
): Command {
  const stack = command.middlewareStack as unknown as {
    add(middleware: unknown, options: { step: 'build'; name: string }): void
  }
  const middleware =
    (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
      args.request.headers['x-amz-content-sha256'] = sha256
      return next(args)
    }
  stack.add(middleware, { step: 'build', name: 'knownSha256' })
  return command
}
