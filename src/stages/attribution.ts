import { Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { OrganisationId, PatientId } from '../domain/ids.ts'
import { isInsText, parseIns } from '../domain/ins.ts'
import type { Barcode } from '../domain/page.ts'
import type { HouseRules, PatientDirectory } from '../ports.ts'

export type Attribution = {
  readonly patientId: PatientId | null
  readonly reason: FailureCode | null
  /** The page of the document, from 1, that the reason is about. */
  readonly page: number | null
}

const nobody: Attribution = { patientId: null, reason: null, page: null }

/**
 * Whose document it is: by the reference that was announced, else by an INS label on its pages. Where both speak they
 * must agree, and a reference that nobody knows is never overruled by a label.
 */
export async function attribute(
  organisationId: OrganisationId,
  reference: string | null,
  marks: readonly (readonly Barcode[])[],
  patients: PatientDirectory,
  rules: HouseRules,
): Promise<Attribution> {
  const labelled = await attributeByIns(organisationId, marks, patients, rules)
  if (labelled.reason) return labelled
  if (reference === null) return labelled.patientId ? labelled : { ...nobody, reason: 'patient-missing' }
  const patientId = (await patients.byFileNumber(organisationId, reference)) ?? null
  if (patientId === null) return { ...nobody, reason: 'patient-unknown' }
  const isContradicted = labelled.patientId !== null && labelled.patientId !== patientId
  return isContradicted
    ? { patientId, reason: 'identity-conflict', page: labelled.page }
    : { ...nobody, patientId }
}

async function attributeByIns(
  organisationId: OrganisationId,
  marks: readonly (readonly Barcode[])[],
  patients: PatientDirectory,
  rules: HouseRules,
): Promise<Attribution> {
  for (const [index, barcodes] of marks.entries()) {
    for (const { text } of barcodes.filter(
      ({ format, text }) => format === 'DataMatrix' && isInsText(text),
    )) {
      const ins = parseIns(text, rules)
      if (ins instanceof Failure) return { ...nobody, reason: ins.code, page: index + 1 }
      const patientId = await patients.byMatricule(organisationId, ins.matricule)
      if (patientId) return { patientId, reason: null, page: index + 1 }
    }
  }
  return nobody
}
