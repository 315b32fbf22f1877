import { archived, type Case, live, some } from './cases.ts'
import { birthDateOf, birthNameOf, fileNumberOf, matriculeOf } from './seed-registers.ts'
import type { Works } from './works.ts'

const organisationOf = ({ subjects }: Works, n: number) => some(subjects.organisations, n)

/** What people see: lists, progress, single things, all through row-level security. */
export const viewCases: readonly Case[] = [
  {
    name: 'batch list, the latest 50',
    growsWith: 'batches of the organisation, up to a page',
    ask: (works, n) => works.views.batches(organisationOf(works, n), { limit: 50 }),
  },
  {
    name: 'batch list, the latest 30',
    ask: (works, n) => works.views.batches(organisationOf(works, n), { limit: 30 }),
  },
  {
    name: 'batch list, open ones, 5',
    ask: (works, n) => works.views.batches(organisationOf(works, n), { states: ['composed'], limit: 5 }),
  },
  {
    name: 'batch list, a page later',
    ask: archived(({ views }, s) => views.batches(s.organisationId, { after: s.batchId, limit: 10 })),
  },
  {
    name: 'batch list, held ones (none), 50',
    ask: (works, n) => works.views.batches(organisationOf(works, n), { states: ['held'], limit: 50 }),
  },
  { name: 'batch show', ask: archived(({ views }, s) => views.batch(s.organisationId, s.batchId)) },
  { name: 'batch show, live', ask: live(({ views }, s) => views.batch(s.organisationId, s.batchId)) },
  { name: 'batch files', ask: archived(({ views }, s) => views.files(s.organisationId, s.batchId)) },
  { name: 'batch progress', ask: archived(({ views }, s) => views.progress(s.organisationId, s.batchId)) },
  { name: 'batch progress, live', ask: live(({ views }, s) => views.progress(s.organisationId, s.batchId)) },
  {
    name: 'document list, first 200',
    ask: (works, n) => works.views.documents(organisationOf(works, n), { limit: 200 }),
  },
  {
    name: 'document list, held, first 200',
    growsWith: 'documents held, up to a page',
    ask: (works, n) => works.views.documents(organisationOf(works, n), { states: ['held'], limit: 200 }),
  },
  {
    name: 'document list, failed, first 200',
    growsWith: 'documents failed, up to a page',
    ask: (works, n) => works.views.documents(organisationOf(works, n), { states: ['failed'], limit: 200 }),
  },
  {
    name: 'document list, refused, first 200',
    growsWith: 'documents refused, up to a page',
    ask: (works, n) => works.views.documents(organisationOf(works, n), { states: ['refused'], limit: 200 }),
  },
  {
    name: 'document list, verified, first 200',
    ask: (works, n) => works.views.documents(organisationOf(works, n), { states: ['verified'], limit: 200 }),
  },
  {
    name: 'document list, held, first 5',
    ask: (works, n) => works.views.documents(organisationOf(works, n), { states: ['held'], limit: 5 }),
  },
  {
    name: 'document list, a page of 50 later',
    ask: archived(({ views }, s) => views.documents(s.organisationId, { after: s.documentId, limit: 50 })),
  },
  {
    name: 'paper to return, first 5',
    ask: (works, n) => works.views.paperToReturn(organisationOf(works, n), { limit: 5 }),
  },
  {
    name: 'document list of a batch, first 200',
    ask: archived(({ views }, s) => views.documents(s.organisationId, { batchId: s.batchId, limit: 200 })),
  },
  {
    name: 'document list of a patient, first 200',
    ask: archived(({ views }, s) =>
      views.documents(s.organisationId, { patientId: s.patientId, limit: 200 }),
    ),
  },
  {
    name: 'document show',
    ask: archived(({ views }, s) => views.documents(s.organisationId, { id: s.documentId, limit: 1 })),
  },
  {
    name: 'document events',
    ask: archived(({ views }, s) => views.documentEvents(s.organisationId, s.documentId)),
  },
  {
    name: 'paper to return, first 200',
    growsWith: 'documents refused, up to a page',
    ask: (works, n) => works.views.paperToReturn(organisationOf(works, n), { limit: 200 }),
  },
  {
    name: 'paper to return of a batch',
    ask: archived(({ views }, s) =>
      views.paperToReturn(s.organisationId, { batchId: s.batchId, limit: 200 }),
    ),
  },
  {
    name: 'file numbers of 100 patients',
    ask: ({ subjects, views }, n) => {
      const { organisationId } = some(subjects.archived, n)
      const patients = subjects.archived.filter((one) => one.organisationId === organisationId).slice(0, 100)
      return views.fileNumbers(
        organisationId,
        patients.map(({ patientId }) => patientId),
      )
    },
  },
  {
    name: 'pages to scan again, of a batch',
    ask: archived(({ views }, s) => views.rescans(s.organisationId, { batchId: s.batchId })),
  },
  {
    name: 'pages to scan again, of a document',
    ask: archived(({ views }, s) => views.rescans(s.organisationId, { documentId: s.documentId })),
  },
  { name: 'patient show', ask: archived(({ views }, s) => views.patient(s.organisationId, s.patientId)) },
  {
    name: 'patient list, a page of 100',
    ask: archived(({ office }, s, n) =>
      office.patients.list(s.organisationId, { limit: 100, ...(n % 2 === 0 ? { after: s.patientId } : {}) }),
    ),
  },
  {
    name: 'patient by file number',
    ask: archived(({ directory }, s) => directory.byFileNumber(s.organisationId, fileNumberOf(s.patient))),
  },
  {
    name: 'patient by matricule',
    ask: archived(({ directory }, s) => directory.byMatricule(s.organisationId, matriculeOf(s.patient))),
  },
  {
    name: 'patient by name and birth',
    ask: archived(({ directory }, s) =>
      directory.byNameAndBirth(s.organisationId, birthNameOf(s.patient), birthDateOf(s.patient)),
    ),
  },
  {
    name: 'patient identity',
    ask: archived(({ directory }, s) => directory.identity(s.organisationId, s.patientId)),
  },
  {
    name: 'consent history',
    ask: archived(({ office }, s) => office.consents.history(s.organisationId, s.patientId)),
  },
  {
    name: 'consent standings',
    ask: archived(({ office }, s) => office.consents.standings(s.organisationId, s.patientId)),
  },
  { name: 'contract list', ask: archived(({ office }, s) => office.contracts.list(s.organisationId)) },
  { name: 'organisation list', ask: ({ office }) => office.organisations.list() },
  { name: 'ledger head', ask: ({ views }) => views.ledgerHead() },
  { name: 'ledger entries, the latest 20', ask: ({ views }) => views.latestEntries(20) },
]
