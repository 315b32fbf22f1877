import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { account, startServer } from './development-s3.ts'

/** The development server as the AWS client itself sees it, beyond what our own adapter asks of it. */
let server: Awaited<ReturnType<typeof startServer>>
const clients: S3Client[] = []
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
})

type Mode = 'WHEN_SUPPORTED' | 'WHEN_REQUIRED'
function connect(mode: Mode = 'WHEN_SUPPORTED'): S3Client {
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'eu-west-1',
    credentials: account,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: mode,
    responseChecksumValidation: mode,
  })
  clients.push(client)
  return client
}

async function makeBucket(client: S3Client, objectLock = false): Promise<string> {
  const Bucket = `protocol-${randomUUID()}`
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: objectLock }))
  return Bucket
}

const refusedWith = (name: string, status: number) => ({
  name,
  $metadata: expect.objectContaining({ httpStatusCode: status }),
})
const inADay = () => new Date(Date.now() + 86_400_000)
const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex')

describe('bodies and checksums', () => {
  for (const mode of ['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const)
    for (const sending of ['buffer', 'stream'] as const)
      test(`takes and gives back a ${sending} with checksums ${mode}`, async () => {
        const client = connect(mode)
        const Bucket = await makeBucket(client)
        const content = randomBytes(200_001)
        const Body =
          sending === 'buffer' ? content : Readable.from([content.subarray(0, 9), content.subarray(9)])
        const put = await client.send(
          new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: content.length }),
        )
        expect(put.ETag).toBe(`"${md5(content)}"`)
        expect(put.ChecksumCRC32 !== undefined).toBe(mode === 'WHEN_SUPPORTED')
        const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
        expect(content.equals(await got.Body!.transformToByteArray())).toBe(true)
        expect(got.ContentEncoding).toBeUndefined()
      })

  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)
    test(`verifies and keeps a ${algorithm} sent after the body`, async () => {
      const client = connect()
      const Bucket = await makeBucket(client)
      const content = randomBytes(70_000)
      const put = await client.send(
        new PutObjectCommand({
          Bucket,
          Key: 'k',
          Body: Readable.from([content]),
          ContentLength: content.length,
          ChecksumAlgorithm: ChecksumAlgorithm[algorithm],
        }),
      )
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
      const member = `Checksum${algorithm}` as const
      expect(head[member]).toBeTruthy()
      expect(head[member]).toBe(put[member])
      expect(head.ChecksumType).toBe('FULL_OBJECT')
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
      expect(content.equals(await got.Body!.transformToByteArray())).toBe(true)
    })

  test('refuses a body whose Content-MD5 or checksum is another, and keeps nothing of it', async () => {
    const client = connect('WHEN_REQUIRED')
    const Bucket = await makeBucket(client)
    const wrong = createHash('md5').update('another').digest('base64')
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'body', ContentMD5: wrong })
    await expect(client.send(put)).rejects.toMatchObject(refusedWith('BadDigest', 400))
    const crc = new PutObjectCommand({ Bucket, Key: 'k', Body: 'body', ChecksumCRC32C: 'AAAAAA==' })
    await expect(client.send(crc)).rejects.toMatchObject(refusedWith('BadDigest', 400))
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject(
      refusedWith('NotFound', 404),
    )
  })

  test('answers a refusal in the middle of a large body, rather than breaking the connection', async () => {
    const client = connect('WHEN_REQUIRED')
    const Body = Buffer.alloc(12_000_000)
    for (let round = 0; round < 3; round++)
      await expect(
        client.send(new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'k', Body })),
      ).rejects.toMatchObject(refusedWith('NoSuchBucket', 404))
  })

  test('gives a range, and says when there is none', async () => {
    const client = connect()
    const Bucket = await makeBucket(client)
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }))
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=2-4' }))
    expect(await got.Body!.transformToString()).toBe('234')
    expect(got.ContentRange).toBe('bytes 2-4/10')
    const beyond = client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=10-' }))
    await expect(beyond).rejects.toMatchObject({ $metadata: { httpStatusCode: 416 } })
  })

  test('gives metadata and media type back', async () => {
    const client = connect()
    const Bucket = await makeBucket(client)
    const Metadata = { sha256: 'ab', other: 'x y' }
    await client.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: '', Metadata, ContentType: 'application/cms' }),
    )
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    expect(head).toMatchObject({ Metadata, ContentType: 'application/cms', ContentLength: 0 })
  })

  test('keeps conditions on write and on read', async () => {
    const client = connect()
    const Bucket = await makeBucket(client)
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one' }))
    const put = (more: object) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'two', ...more }))
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject(refusedWith('PreconditionFailed', 412))
    await expect(put({ IfMatch: '"another"' })).rejects.toMatchObject(refusedWith('PreconditionFailed', 412))
    await put({ IfMatch: ETag })
    const stale = client.send(new GetObjectCommand({ Bucket, Key: 'k', IfMatch: ETag }))
    await expect(stale).rejects.toMatchObject(refusedWith('PreconditionFailed', 412))
  })

  test('says so when it does not know what is asked', async () => {
    const client = connect()
    const Bucket = await makeBucket(client)
    await expect(client.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject(
      refusedWith('NotImplemented', 501),
    )
  })
})

describe('versions', () => {
  test('hides a deleted object under a marker and keeps its versions', async () => {
    const client = connect()
    const Bucket = await makeBucket(client)
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    const first = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one' }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'two' }))
    const deletion = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
    expect(deletion.DeleteMarker).toBe(true)
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject(
      refusedWith('NoSuchKey', 404),
    )
    const old = await client.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: first.VersionId }))
    expect(await old.Body!.transformToString()).toBe('one')
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: deletion.VersionId }))
    const back = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    expect(await back.Body!.transformToString()).toBe('two')
  })

  test('lists by pages, without losing or repeating one', async () => {
    const client = connect()
    const Bucket = await makeBucket(client, true)
    for (const Key of ['a', 'b/1', 'b/2', 'c é&<', 'd'])
      for (const Body of ['one', 'two']) await client.send(new PutObjectCommand({ Bucket, Key, Body }))
    const seen: string[] = []
    for (let markers = {}, more = true; more; ) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 3, ...markers }))
      seen.push(...page.Versions!.map(({ Key, IsLatest }) => `${Key} ${IsLatest}`))
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      more = page.IsTruncated!
    }
    expect(seen).toEqual(['a', 'b/1', 'b/2', 'c é&<', 'd'].flatMap((key) => [`${key} true`, `${key} false`]))
  })

  test('lists current objects by prefix, delimiter and page', async () => {
    const client = connect()
    const Bucket = await makeBucket(client)
    for (const Key of ['a', 'b/1', 'b/2', 'c/1', 'd'])
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    const top = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }))
    expect(top.Contents!.map(({ Key }) => Key)).toEqual(['a', 'd'])
    expect(top.CommonPrefixes!.map(({ Prefix }) => Prefix)).toEqual(['b/', 'c/'])
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', MaxKeys: 1 }))
    expect(first).toMatchObject({ IsTruncated: true, Contents: [{ Key: 'b/1', Size: 3 }] })
    const ContinuationToken = first.NextContinuationToken
    const next = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'b/', ContinuationToken }))
    expect(next).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'b/2' }] })
  })
})

describe('Object Lock', () => {
  const locked = async (mode: 'COMPLIANCE' | 'GOVERNANCE') => {
    const client = connect()
    const Bucket = await makeBucket(client, true)
    const lock = { ObjectLockMode: mode, ObjectLockRetainUntilDate: inADay() }
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'kept', ...lock }))
    return { client, Bucket, VersionId, until: lock.ObjectLockRetainUntilDate }
  }

  test('refuses to delete a version under COMPLIANCE, alone or among others', async () => {
    const { client, Bucket, VersionId } = await locked('COMPLIANCE')
    const names = { Bucket, Key: 'k', VersionId }
    const bypass = { BypassGovernanceRetention: true }
    for (const more of [{}, bypass])
      await expect(client.send(new DeleteObjectCommand({ ...names, ...more }))).rejects.toMatchObject(
        refusedWith('AccessDenied', 403),
      )
    const Delete = { Objects: [{ Key: 'k', VersionId }] }
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete, ...bypass }))
    expect(Errors).toMatchObject([{ Key: 'k', VersionId, Code: 'AccessDenied' }])
  })

  test('lets COMPLIANCE be lengthened but not shortened', async () => {
    const { client, Bucket, until } = await locked('COMPLIANCE')
    const change = (RetainUntilDate: Date) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket,
          Key: 'k',
          Retention: { Mode: 'COMPLIANCE', RetainUntilDate },
          BypassGovernanceRetention: true,
        }),
      )
    await expect(change(new Date(until.getTime() - 60_000))).rejects.toMatchObject(
      refusedWith('AccessDenied', 403),
    )
    const longer = new Date(until.getTime() + 60_000)
    await change(longer)
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key: 'k' }))
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: longer })
  })

  test('lets GOVERNANCE be bypassed by whoever says so', async () => {
    const { client, Bucket, VersionId } = await locked('GOVERNANCE')
    const names = { Bucket, Key: 'k', VersionId }
    await expect(client.send(new DeleteObjectCommand(names))).rejects.toMatchObject(
      refusedWith('AccessDenied', 403),
    )
    await client.send(new DeleteObjectCommand({ ...names, BypassGovernanceRetention: true }))
  })

  test('keeps a version under legal hold until the hold is lifted', async () => {
    const client = connect()
    const Bucket = await makeBucket(client, true)
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'held' }))
    const hold = (Status: 'ON' | 'OFF') =>
      client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', LegalHold: { Status } }))
    await hold('ON')
    expect(await client.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'k' }))).toMatchObject({
      LegalHold: { Status: 'ON' },
    })
    const names = { Bucket, Key: 'k', VersionId }
    await expect(client.send(new DeleteObjectCommand(names))).rejects.toMatchObject(
      refusedWith('AccessDenied', 403),
    )
    await hold('OFF')
    await client.send(new DeleteObjectCommand(names))
  })

  test("gives the bucket's default retention to what names none", async () => {
    const client = connect()
    const Bucket = await makeBucket(client, true)
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2 } } as const
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'kept' }))
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    expect(head.ObjectLockMode).toBe('COMPLIANCE')
    expect(head.ObjectLockRetainUntilDate!.getTime()).toBeGreaterThan(inADay().getTime() + 80_000_000)
  })

  test('demands a digest of what is to be locked', async () => {
    const client = connect('WHEN_REQUIRED')
    const Bucket = await makeBucket(client, true)
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inADay() } as const
    const Body = Readable.from([Buffer.from('kept')])
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: 4, ...lock })
    // The client would add a checksum by itself.
    put.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        for (const name of Object.keys(headers)) if (/trailer|checksum/.test(name)) delete headers[name]
        return next(args)
      },
      { step: 'build', priority: 'low' },
    )
    await expect(client.send(put)).rejects.toMatchObject(refusedWith('InvalidRequest', 400))
  })
})

describe('multipart uploads', () => {
  const size = 5 * 1024 ** 2
  const start = async (ChecksumAlgorithm?: 'CRC32' | 'SHA256' | 'CRC64NVME') => {
    const client = connect()
    const Bucket = await makeBucket(client)
    const names = { Bucket, Key: 'k' }
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...names, ...(ChecksumAlgorithm && { ChecksumAlgorithm }) }),
    )
    const send = (PartNumber: number, Body: Buffer) =>
      client.send(
        new UploadPartCommand({
          ...names,
          UploadId,
          PartNumber,
          Body,
          ...(ChecksumAlgorithm && { ChecksumAlgorithm }),
        }),
      )
    const complete = (Parts: object[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...names, UploadId, MultipartUpload: { Parts } }))
    return { client, names, UploadId, send, complete }
  }

  for (const algorithm of ['CRC32', 'SHA256', 'CRC64NVME'] as const)
    test(`joins the parts that are named, with their ${algorithm}`, async () => {
      const { client, names, send, complete } = await start(algorithm)
      const contents = [randomBytes(size), randomBytes(1000)]
      await send(2, randomBytes(10))
      const parts = []
      for (const [at, content] of contents.entries())
        parts.push({ ...(await send(at + 1, content)), PartNumber: at + 1 })
      await complete(parts)
      const got = await client.send(new GetObjectCommand({ ...names, ChecksumMode: 'ENABLED' }))
      expect(got.ChecksumType).toBe(algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
      expect(got[`Checksum${algorithm}`]).toMatch(algorithm === 'CRC64NVME' ? /=$/ : /-2$/)
      expect(Buffer.concat(contents).equals(await got.Body!.transformToByteArray())).toBe(true)
    })

  test('refuses small parts, wrong order and unknown parts', async () => {
    const { send, complete } = await start()
    const first = { ...(await send(1, Buffer.alloc(100))), PartNumber: 1 }
    const second = { ...(await send(2, Buffer.alloc(100, 1))), PartNumber: 2 }
    await expect(complete([first, second])).rejects.toMatchObject(refusedWith('EntityTooSmall', 400))
    await expect(complete([second, first])).rejects.toMatchObject(refusedWith('InvalidPartOrder', 400))
    await expect(complete([{ PartNumber: 3, ETag: first.ETag }])).rejects.toMatchObject(
      refusedWith('InvalidPart', 400),
    )
  })

  test('lists what is under way, so that it can go on, and forgets what is aborted', async () => {
    const { client, names, UploadId, send } = await start()
    await send(1, Buffer.alloc(100))
    expect((await client.send(new ListPartsCommand({ ...names, UploadId }))).Parts).toMatchObject([
      { PartNumber: 1, Size: 100 },
    ])
    const { Bucket } = names
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([
      { Key: 'k', UploadId },
    ])
    await client.send(new AbortMultipartUploadCommand({ ...names, UploadId }))
    await expect(client.send(new ListPartsCommand({ ...names, UploadId }))).rejects.toMatchObject(
      refusedWith('NoSuchUpload', 404),
    )
  })
})
