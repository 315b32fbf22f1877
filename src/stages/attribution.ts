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
 * Whose document it is: by the reference that was announced, else by the INS labels on its pages. All of them must agree,
 * and a reference that nobody knows is never overruled by a label.
 */
export async function attribute(
  organisationId: OrganisationId,
  reference: string | null,
  marks: readonly (readonly Barcode[])[],
  patients: PatientDirectory,
  rules: HouseRules,
): Promise<Attribution> {
  const labels = await labelsOf(organisationId, marks, patients, rules)
  const unreadable = labels.find(({ reason }) => reason !== null)
  if (unreadable) return unreadable
  const [first] = labels
  if (reference === null && !first) return { ...nobody, reason: 'patient-missing' }
  const patientId =
    reference === null ? first!.patientId : ((await patients.byFileNumber(organisationId, reference)) ?? null)
  if (patientId === null) return { ...nobody, reason: 'patient-unknown' }
  const foreign = labels.find((label) => label.patientId !== patientId)
  return foreign ? { patientId, reason: 'identity-conflict', page: foreign.page } : { ...nobody, patientId }
}

/** What each label says, in the order of the pages; one of a person who is not in the register says nothing. */
async function labelsOf(
  organisationId: OrganisationId,
  marks: readonly (readonly Barcode[])[],
  patients: PatientDirectory,
  rules: HouseRules,
): Promise<Attribution[]> {
  const labels: Attribution[] = []
  for (const [index, barcodes] of marks.entries()) {
    for (const { format, text } of barcodes) {
      if (format !== 'DataMatrix' || !isInsText(text)) continue
      const page = index + 1
      const ins = parseIns(text, rules)
      if (ins instanceof Failure) labels.push({ patientId: null, reason: ins.code, page })
      else {
        const patientId = await patients.byMatricule(organisationId, ins.matricule)
        if (patientId) labels.push({ patientId, reason: null, page })
      }
    }
  }
  return labels
}
