import { Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import { isSameMatricule, isSomebodyElse } from '../domain/identity.ts'
import type { OrganisationId, PatientId } from '../domain/ids.ts'
import { type Ins, isInsText, parseIns } from '../domain/ins.ts'
import type { Barcode } from '../domain/page.ts'
import type { HouseRules, Identity, PatientDirectory } from '../ports.ts'

export type Attribution = {
  readonly patientId: PatientId | null
  readonly reason: FailureCode | null
  /** The page of the document, from 1, that the reason is about. */
  readonly page: number | null
}

const nobody: Attribution = { patientId: null, reason: null, page: null }

/** An INS label, and the page of the document that bears it, from 1. */
type Label = { readonly ins: Ins; readonly page: number }

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
  const { labels, unreadable } = labelsOn(marks, rules)
  if (unreadable) return unreadable
  if (reference === null && labels.length === 0) return { ...nobody, reason: 'patient-missing' }
  // Each is asked for once: a document of a thousand pages may bear one label on all of them.
  const bearers = new Map<string, PatientId | undefined>()
  for (const matricule of new Set(labels.map(({ ins }) => ins.matricule)))
    bearers.set(matricule, await patients.byMatricule(organisationId, matricule))
  const known = [...bearers.values()]
  const patientId =
    reference === null
      ? known.find((bearer) => bearer !== undefined)
      : await patients.byFileNumber(organisationId, reference)
  if (!patientId) return { ...nobody, reason: 'patient-unknown' }
  const identity = known.includes(undefined) ? await patients.identity(organisationId, patientId) : undefined
  const foreign = labels.find(({ ins }) => {
    const bearer = bearers.get(ins.matricule)
    return bearer ? bearer !== patientId : identity && !mayBeOf(ins, identity)
  })
  return foreign ? { patientId, reason: 'identity-conflict', page: foreign.page } : { ...nobody, patientId }
}

/** Of a label whose matricule the register does not know, or knows twice: its traits speak where the patient has none. */
const mayBeOf = (ins: Ins, identity: Identity): boolean =>
  identity.matricule ? isSameMatricule(identity.matricule, ins.matricule) : !isSomebodyElse(identity, ins)

/** In the order of the pages. */
function labelsOn(
  marks: readonly (readonly Barcode[])[],
  rules: HouseRules,
): { labels: Label[]; unreadable?: Attribution } {
  const labels: Label[] = []
  for (const [index, barcodes] of marks.entries()) {
    for (const { format, text } of barcodes) {
      if (format !== 'DataMatrix' || !isInsText(text)) continue
      const [ins, page] = [parseIns(text, rules), index + 1]
      if (ins instanceof Failure) return { labels, unreadable: { patientId: null, reason: ins.code, page } }
      labels.push({ ins, page })
    }
  }
  return { labels }
}
