import { Failure } from '../domain/failure.ts'
import { PatientId } from '../domain/ids.ts'
import { parsed, type Desk } from './desk.ts'
import { readLine } from './files.ts'
import { misuse } from './frame.ts'

/** How a patient is named: by id, or by a file number that is read from standard input. */
export type PatientReference = { readonly id?: string | undefined; readonly fileNumber?: string | undefined }

/** @throws Failure usage, not-found */
export async function patientBy(desk: Desk, { id, fileNumber }: PatientReference): Promise<PatientId> {
  if ((id === undefined) === (fileNumber === undefined)) throw misuse('choose-patient')
  if (id !== undefined) return parsed(PatientId, id, 'not-an-id', 'PATIENT')
  if (fileNumber !== '-') throw misuse('file-number-on-stdin')
  const organisationId = await desk.organisation()
  const number = await readLine(desk.say.patient.askFileNumber)
  const found = await (await desk.house()).patients().byFileNumber(organisationId, number)
  if (!found) throw new Failure('not-found', { kind: 'patient' })
  return found
}
