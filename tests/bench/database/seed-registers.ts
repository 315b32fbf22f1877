import { createHash } from 'node:crypto'
import type pg from 'pg'
import {
  fileNumberIndex,
  matriculeIndex,
  nameBirthIndex,
} from '../../../src/adapters/postgres/blind-index.ts'
import { sealColumn } from '../../../src/adapters/postgres/sealed-column.ts'
import { Clause } from '../../../src/domain/contract.ts'
import type { OrganisationId, PatientId } from '../../../src/domain/ids.ts'
import type { KeyProvider } from '../../../src/ports.ts'
import type { Plan, SeededOrganisation } from './seed-plan.ts'

/** Invented people, by their numbers: `fileNumberOf(3)` finds again whom `fillRegisters` wrote. */
export const fileNumberOf = (patient: number): string => `D-${patient}`
export const matriculeOf = (patient: number): string => String(1_800_000_000_000 + patient)
export const birthNameOf = (patient: number): string =>
  `NOM ${String.fromCharCode(65 + (patient % 26), 65 + (patient % 23), 65 + (patient % 19))}`
export const birthDateOf = (patient: number): string => `19${50 + (patient % 50)}-0${1 + (patient % 9)}-11`

/** Organisations, host, contracts, boxes, batches, patients with sealed identities, consents. */
export async function fillRegisters(client: pg.Pool, keys: KeyProvider, plan: Plan): Promise<void> {
  const [first] = plan.organisations
  const hostId = uuidOf('host')
  await client.query(`create schema bench`)
  await client.query(
    `insert into hosts (id, name, siren, hds_certificate, certifier, activities, issued_on, expires_on, regions, storage,
       incident_contact, last_checked_at, created_at)
     values ($1, 'Host', '123456789', 'HDS', 'C', '{1,2,3,4,5,6}', '2026-01-01', '2030-01-01', '{FR}', 'archive', 'x', now(), now())`,
    [hostId],
  )
  for (const { id, number } of plan.organisations) {
    await client.query(
      `insert into organisations (id, kind, name, siret, created_at)
       values ($1, 'controller', $2, $3, now())`,
      [id, `Service ${number}`, String(10_000_000_000_000 + number)],
    )
    await client.query(
      `insert into contracts (id, organisation_id, reference, processor_id, host_id, clauses, starts_on, ends_on,
         signed_copy_sha256, dpia_on, created_at)
       values ($1, $2, $3, $4, $5, $6, '2023-01-01', '2030-01-01', repeat('0', 64), '2023-01-01', now())`,
      [uuidOf(`contract ${number}`), id, `C-${number}`, first!.id, hostId, Clause.options],
    )
  }
  await fillBatches(client, plan)
  for (const organisation of plan.organisations) await fillPatients(client, keys, organisation)
  await client.query(`
    create index on bench.patient (organisation_id, number); analyze bench.patient, bench.batch;
    insert into consents (id, organisation_id, patient_id, purpose, status, notice_version, channel, decided_at, recorded_by, recorded_at)
    select gen_random_uuid(), organisation_id, id, 'digitisation', case when number % 50 = 0 then 'refused' else 'granted' end,
           'v1', 'paper', now() - interval '3 years', 'cli', now() - interval '3 years'
    from bench.patient where number % 40 <> 7
    union all
    select gen_random_uuid(), organisation_id, id, 'access-by-correspondent', 'granted', 'v1', 'paper', now(), 'cli', now()
    from bench.patient where number % 4 = 0`)
}

async function fillBatches(client: pg.Pool, { batches }: Plan): Promise<void> {
  await client.query(`create table bench.batch (number int, id uuid primary key, organisation_id uuid, organisation int,
    patients int, received_at timestamptz, documents int, per_file int, life text)`)
  for (const some of portions(batches, 5_000)) {
    await client.query(
      `insert into bench.batch select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::int[], $5::int[],
         $6::timestamptz[], $7::int[], $8::int[], $9::text[])`,
      [
        some.map(({ number }) => number),
        some.map(({ id }) => id),
        some.map(({ organisation }) => organisation.id),
        some.map(({ organisation }) => organisation.number),
        some.map(({ organisation }) => organisation.patients.length),
        some.map(({ receivedAt }) => receivedAt),
        some.map(({ documents }) => documents),
        some.map(({ perFile }) => perFile),
        some.map(({ life }) => life),
      ],
    )
  }
}

/** Identities are sealed and indexed as the product does it, so that its own functions open and find them. */
async function fillPatients(
  client: pg.Pool,
  keys: KeyProvider,
  { id: organisationId, patients }: SeededOrganisation,
): Promise<void> {
  await client.query(`create table if not exists bench.patient (number int, id uuid, organisation_id uuid)`)
  const key = await keys.derive(`identity/${organisationId}`)
  const known = remembering(keys)
  let number = 0
  for (const some of portions(patients, 2_000)) {
    const numbers = some.map(() => number++)
    const rows = await Promise.all(
      numbers.map((one, at) => columnsOf(known, key, organisationId, some[at]!, one)),
    )
    const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name])
    await client.query(
      `with given as (
         select * from unnest($1::int[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])
           as g (number, id, sealed, file_number, matricule, name_birth)
       ), noted as (insert into bench.patient select number, id, $7 from given)
       insert into patients (id, organisation_id, identity_sealed, file_number_index, matricule_index, name_birth_index,
         key_wrapped, key_epoch, created_at)
       select id, $7, sealed, file_number, matricule, name_birth, decode(repeat('00', 60), 'hex'),
         case when number < 20 then 1 else 2 end, now() from given`,
      [
        numbers,
        some,
        column('sealed'),
        column('fileNumber'),
        column('matricule'),
        column('nameBirth'),
        organisationId,
      ],
    )
  }
}

/** Deriving a key takes longer than all else here; each is derived once. */
function remembering(keys: KeyProvider): KeyProvider {
  const derived = new Map<string, Promise<Buffer>>()
  return {
    ...keys,
    derive(name) {
      if (!derived.has(name)) derived.set(name, keys.derive(name))
      return derived.get(name)!
    },
  }
}

async function columnsOf(
  keys: KeyProvider,
  key: Buffer,
  organisationId: OrganisationId,
  patientId: PatientId,
  number: number,
) {
  const [fileNumber, birthName, birthDate] = [fileNumberOf(number), birthNameOf(number), birthDateOf(number)]
  const identity = { fileNumber, matricule: matriculeOf(number), birthName, givenNames: 'Prénom', birthDate }
  const place = { table: 'patients', column: 'identity_sealed', rowId: patientId }
  return {
    sealed: sealColumn(key, place, Buffer.from(JSON.stringify(identity))),
    fileNumber: await fileNumberIndex(keys, organisationId, fileNumber),
    matricule: await matriculeIndex(keys, organisationId, identity.matricule),
    nameBirth: await nameBirthIndex(keys, organisationId, birthName, birthDate),
  }
}

function* portions<Row>(rows: readonly Row[], size: number): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** A stable id for what there is one of. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
