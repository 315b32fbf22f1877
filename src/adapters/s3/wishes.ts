import { Failure } from '../../domain/failure.ts'
import type { ObjectStore } from '../../ports.ts'

export type PutOptions = Parameters<ObjectStore['put']>[2]

export const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

/** What is kept beside the object. The digest is there for stores that keep no checksum of their own. */
export const beside = ({ sha256, retainUntil, mediaType }: Partial<PutOptions>) => ({
  ...(sha256 && { Metadata: { sha256 } }),
  ContentType: mediaType ?? 'application/octet-stream',
  ...(retainUntil && { ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: retainUntil }),
})

export const condition = ({ onlyIfAbsent }: Partial<PutOptions>) => (onlyIfAbsent ? { IfNoneMatch: '*' } : {})

/** @throws Failure storage-refused */
export function checkLength(bytes: number, options: PutOptions): void {
  if (bytes !== options.bytes) throw new Failure('storage-refused', { reason: 'incomplete-body' })
}
