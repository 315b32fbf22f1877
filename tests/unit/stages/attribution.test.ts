import { describe, expect, test } from 'vitest'
import type { OrganisationId, PatientId } from '../../../src/domain/ids.ts'
import { encodeIns } from '../../../src/domain/ins.ts'
import type { Barcode } from '../../../src/domain/page.ts'
import type { HouseRules, PatientDirectory } from '../../../src/ports.ts'
import { attribute } from '../../../src/stages/attribution.ts'

const organisationId = 'o' as OrganisationId
const rules = { production: false } as HouseRules
const [ada, eve, stranger] = ['253072A07300443', '253072B07300470', '295109912611193']
const patients = {
  byFileNumber: async (_: OrganisationId, reference: string) =>
    ({ 'SP-1': 'ada', 'SP-2': 'eve', 'SP-3': 'ida', 'SP-4': 'zoe' })[reference] as PatientId | undefined,
  byMatricule: async (_: OrganisationId, matricule: string) =>
    ({ [ada]: 'ada', [eve]: 'eve' })[matricule] as PatientId | undefined,
  identity: async (_: OrganisationId, patientId: PatientId) =>
    ({
      ada: { matricule: ada, birthName: 'MARTIN', givenNames: 'ADA', birthDate: '1953-07-01' },
      eve: { matricule: eve, birthName: 'MARTIN', givenNames: 'ÈVE', birthDate: '1953-07-01' },
      ida: { birthName: 'MARTIN', givenNames: 'ADA IDA', birthDate: '1953-07-01' },
      zoe: { birthName: 'LE GOFF', givenNames: 'ZOÉ', birthDate: '1974-03-12' },
    })[patientId as string],
} as PatientDirectory

/** A page that carries the INS label of each. */
const labelled = (...matricules: readonly string[]): Barcode[] =>
  matricules.map((matricule) => ({
    format: 'DataMatrix',
    text: encodeIns({
      ...{ matricule, oid: '1.2.250.1.213.1.4.10', givenNames: 'ADA', birthName: 'MARTIN' },
      ...{ sex: 'F', birthDate: '1953-07-01', birthplace: '2A073' },
    }),
  }))
const of = (reference: string | null, ...pages: Barcode[][]) =>
  attribute(organisationId, reference, pages, patients, rules)

describe('whose document it is', () => {
  test('says the reference, or a label, or both where they agree', async () => {
    for (const attribution of [of('SP-1', []), of(null, [], labelled(ada)), of('SP-1', labelled(ada))])
      expect(await attribution).toEqual({ patientId: 'ada', reason: null, page: null })
  })

  test('is for a person to say where a page bears the label of somebody else, whichever page it is', async () => {
    const conflict = (patientId: string, page: number) => ({ patientId, reason: 'identity-conflict', page })
    expect(await of('SP-2', labelled(ada))).toEqual(conflict('eve', 1))
    expect(await of('SP-1', labelled(ada), [], labelled(eve))).toEqual(conflict('ada', 3))
    expect(await of('SP-2', labelled(ada), labelled(eve))).toEqual(conflict('eve', 1))
    expect(await of(null, labelled(ada), labelled(eve))).toEqual(conflict('ada', 2))
    expect(await of(null, labelled(ada, eve))).toEqual(conflict('ada', 1))
  })

  test('is for a person to say where a label of nobody who is registered cannot be the patient’s', async () => {
    const conflict = (patientId: string) => ({ patientId, reason: 'identity-conflict', page: 2 })
    expect(await of('SP-1', [], labelled(stranger)), 'another matricule').toEqual(conflict('ada'))
    expect(await of('SP-4', [], labelled(stranger)), 'other traits').toEqual(conflict('zoe'))
    expect(await of(null, labelled(ada), labelled(stranger))).toEqual(conflict('ada'))
    expect(await of('SP-3', [], labelled(stranger)), 'the patient’s traits, no matricule known').toEqual({
      ...{ patientId: 'ida', reason: null, page: null },
    })
    expect(await of(null, labelled(stranger)), 'nobody else named').toMatchObject({
      ...{ patientId: null, reason: 'patient-unknown' },
    })
  })

  test('asks the register once for a label that all pages bear', async () => {
    let asked = 0
    const counting = {
      ...patients,
      byMatricule: (organisation: OrganisationId, matricule: string) => {
        asked++
        return patients.byMatricule(organisation, matricule)
      },
    }
    const pages = Array.from({ length: 100 }, () => labelled(ada))
    const found = await attribute(organisationId, null, pages, counting, rules)
    expect([found.patientId, asked]).toEqual(['ada', 1])
  })

  test('is for a person to say where a label cannot be read, wherever it stands', async () => {
    const broken: Barcode[] = [{ format: 'DataMatrix', text: 'IS01' }]
    for (const pages of [
      [broken, labelled(ada)],
      [labelled(ada), broken],
    ])
      expect(await of('SP-1', ...pages)).toMatchObject({ patientId: null, reason: 'ins-invalid' })
  })
})
