import { ListObjectVersionsCommand, type ListObjectVersionsOutput, type S3Client } from '@aws-sdk/client-s3'
import type { StoredObject } from '../../ports.ts'
import { answersOf } from './listing.ts'
import { inOurWords } from './storage-failure.ts'

type Listed = StoredObject & { deleted: boolean }
type Row = { Key?: string | undefined; IsLatest?: boolean | undefined; LastModified?: Date | undefined }

/** Every version under a prefix, newest first per key, page by page. @throws Failure storage-away, storage-refused */
export async function* listVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<Listed> {
  const answers = answersOf<ListObjectVersionsOutput>((previous) => {
    const markers = { KeyMarker: previous?.NextKeyMarker, VersionIdMarker: previous?.NextVersionIdMarker }
    const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers })
    return inOurWords(() => client.send(command))
  })
  for await (const answer of answers) yield* inOrder(answer)
}

/** S3 gives versions and delete markers as two lists, each in order. */
function inOrder({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsOutput): Listed[] {
  const rows = [
    ...Versions.map((row) => ({ ...row, deleted: false, bytes: row.Size ?? 0 })),
    ...DeleteMarkers.map((row) => ({ ...row, deleted: true, bytes: 0 })),
  ]
  return rows.sort(newestFirst).map(({ Key, VersionId, deleted, bytes }) => ({
    key: Key!,
    bytes,
    deleted,
    ...(VersionId && { version: VersionId }),
  }))
}

const newestFirst = (a: Row, b: Row): number =>
  Buffer.compare(Buffer.from(a.Key!), Buffer.from(b.Key!)) ||
  Number(b.IsLatest ?? false) - Number(a.IsLatest ?? false) ||
  (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0)
