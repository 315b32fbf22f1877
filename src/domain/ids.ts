import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'

const uuid = () => z.uuid().toLowerCase()

export const OrganisationId = uuid().brand('OrganisationId')
export const ContractId = uuid().brand('ContractId')
export const HostId = uuid().brand('HostId')
export const PatientId = uuid().brand('PatientId')
export const BoxId = uuid().brand('BoxId')
export const BatchId = uuid().brand('BatchId')
export const FileId = uuid().brand('FileId')
export const PageId = uuid().brand('PageId')
export const DocumentId = uuid().brand('DocumentId')
export const OutboxId = uuid().brand('OutboxId')
export const EventId = uuid().brand('EventId')

export type OrganisationId = z.infer<typeof OrganisationId>
export type ContractId = z.infer<typeof ContractId>
export type HostId = z.infer<typeof HostId>
export type PatientId = z.infer<typeof PatientId>
export type BoxId = z.infer<typeof BoxId>
export type BatchId = z.infer<typeof BatchId>
export type FileId = z.infer<typeof FileId>
export type PageId = z.infer<typeof PageId>
export type DocumentId = z.infer<typeof DocumentId>
export type OutboxId = z.infer<typeof OutboxId>
export type EventId = z.infer<typeof EventId>

/** A UUIDv7 (RFC 9562 §5.7): opaque, and sorted by the time it was made, which keeps indexes compact. */
export function newId<T extends string>(now: Date, random: (bytes: number) => Buffer = randomBytes): T {
  const bytes = random(16)
  bytes.writeUIntBE(now.getTime(), 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return formatUuid(bytes) as T
}

/** When a UUIDv7 was made. */
export const timeOf = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))

/**
 * A UUIDv8 (RFC 9562 §5.8) drawn from its parts by SHA-256: a stage that runs twice names its children
 * alike, so its second run finds the first one's rows instead of adding to them.
 */
export function derivedId<T extends string>(...parts: readonly (string | number)[]): T {
  const bytes = createHash('sha256').update(parts.join('\u0000')).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return formatUuid(bytes) as T
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** What the wrapped staging key of a batch is bound to: it opens for no other row. */
export const batchKeyContext = (organisationId: OrganisationId, batchId: BatchId): string =>
  `staging-key/${organisationId}/${batchId}`

/** What the wrapped key of a patient is bound to: it opens for no other row. */
export const patientKeyContext = (organisationId: OrganisationId, patientId: PatientId): string =>
  `patient-key/${organisationId}/${patientId}`
