import type { Answer, Call } from './call.ts'
import { checksumHeaders, findVersion, identity, unquoted } from './objects.ts'
import { Refusal } from './refusal.ts'
import { header, type S3Request } from './request.ts'
import { bucketOf, pathOf, type Version } from './store.ts'

export async function headObject(call: Call): Promise<Answer> {
  const { content: _, ...answer } = await getObject(call)
  return answer
}

export async function getObject({ request, store }: Call): Promise<Answer> {
  const bucket = bucketOf(store, request.bucket)
  const version = findVersion(request, bucket)
  checkReadConditions(request, version)
  const range = readRange(header(request, 'range'), version.bytes)
  const { from, to } = range ?? { from: 0, to: version.bytes - 1 }
  const wantsChecksums = header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && !range
  return {
    status: range ? 206 : 200,
    headers: {
      ...version.headers,
      ...identity(version),
      ...lockHeaders(version),
      ...(wantsChecksums ? checksumHeaders(version) : {}),
      ...(range ? { 'content-range': `bytes ${from}-${to}/${version.bytes}` } : {}),
      'content-length': String(to - from + 1),
      'last-modified': new Date(version.modified).toUTCString(),
      'accept-ranges': 'bytes',
    },
    content: { path: pathOf(bucket, version.file), from, to },
  }
}

const lockHeaders = ({ retention, legalHold }: Version): Record<string, string> => ({
  ...(retention && {
    'x-amz-object-lock-mode': retention.mode,
    'x-amz-object-lock-retain-until-date': retention.until,
  }),
  ...(legalHold && { 'x-amz-object-lock-legal-hold': 'ON' }),
})

function checkReadConditions(request: S3Request, version: Version): void {
  const match = header(request, 'if-match')
  if (match !== undefined && match !== '*' && unquoted(match) !== version.etag)
    throw new Refusal('PreconditionFailed')
  const noneMatch = header(request, 'if-none-match')
  if (noneMatch === '*' || (noneMatch !== undefined && unquoted(noneMatch) === version.etag))
    throw new Refusal('NotModified', 'NotModified', identity(version))
}

/** One range of RFC 9110 §14.1.2; several, or malformed ones, are ignored as that RFC allows. */
export function readRange(text: string | undefined, bytes: number): { from: number; to: number } | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(text ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  const [, first, last] = found as unknown as [string, string, string]
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (first !== '' && last !== '' && Number(last) < from) return undefined
  if (from > to) throw new Refusal('InvalidRange', 'InvalidRange', { 'content-range': `bytes */${bytes}` })
  return { from, to }
}
