import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { openCertificateSigner, readChain } from './adapters/certificates/local-signer.ts'
import { confine } from './adapters/confinement/confinement.ts'
import {
  confinedBarcodeReader,
  confinedExaminer,
  confinedPageCoder,
  confinedPreparation,
  confinedSplitter,
  confinedThumbnailer,
} from './adapters/confinement/ports.ts'
import { readDrop } from './adapters/inbox/drop-folder.ts'
import { openHotFolder } from './adapters/inbox/hot-folder.ts'
import { escrowKeyFile, recoverKeyFile } from './adapters/keys/escrow.ts'
import { openLedgerSigner } from './adapters/keys/local-signer.ts'
import type { printCoverSheets } from './adapters/pdf/cover-sheet.ts'
import { openAttestationBook } from './adapters/postgres/attestations.ts'
import { batchKey, fateOfBatchKey, organisationOf } from './adapters/postgres/batch-key.ts'
import { inOrganisation, openDatabase } from './adapters/postgres/database.ts'
import { openEpochRegister } from './adapters/postgres/epoch-register.ts'
import { openHouseClock } from './adapters/postgres/house-clock.ts'
import { openLedgerEvidence } from './adapters/postgres/ledger-evidence.ts'
import { openLedger } from './adapters/postgres/ledger.ts'
import { openAlarmBook, openDuties, openLookout } from './adapters/postgres/lookout.ts'
import { openLockedDeposits } from './adapters/postgres/locked-deposits.ts'
import { openOffice } from './adapters/postgres/office.ts'
import { openOneAtATime } from './adapters/postgres/one-at-a-time.ts'
import { openOutbox } from './adapters/postgres/outbox-dispatch.ts'
import { openElection } from './adapters/postgres/outbox-election.ts'
import { openAnnouncements } from './adapters/postgres/outbox-listen.ts'
import { openPresence } from './adapters/postgres/outbox-presence.ts'
import { createPatientDirectory, patientKey } from './adapters/postgres/patients.ts'
import { openTimestamps } from './adapters/postgres/timestamps.ts'
import { openTruth } from './adapters/postgres/records/truth.ts'
import { contractInForce, controllerOf } from './adapters/postgres/registry.ts'
import { stagingUse } from './adapters/postgres/staging-use.ts'
import { openViews } from './adapters/postgres/views.ts'
import { openArchives } from './adapters/s3/archives.ts'
import { openBucket } from './adapters/s3/object-store.ts'
import { openStorageTrial } from './adapters/s3/probe.ts'
import { createSealer } from './adapters/sealing/sealer.ts'
import { openStaging } from './adapters/staging/staging.ts'
import { packPages } from './adapters/tar/pack.ts'
import { unpackPages } from './adapters/tar/unpack.ts'
import { openTrustedTime } from './adapters/timestamps/trusted-time.ts'
import { Failure } from './domain/failure.ts'
import type { BatchId, OrganisationId } from './domain/ids.ts'
import type { CertificateSigner } from './evidence-ports.ts'
import type { Ports, Registry, StagingRoom } from './ports.ts'
import { openKeyring } from './keyring.ts'
import { formatVerifierKey } from './ledger/note.ts'
import { readDocumentTypes } from './settings/document-types.ts'
import type { Settings } from './settings/settings.ts'
import { openWitness } from './witnesses.ts'

export type House = ReturnType<typeof compose>
export type { BatchView, FileView } from './adapters/postgres/views.ts'
export type { DocumentView } from './adapters/postgres/views-documents.ts'

/** Shares of a local master key. */
export const keyShares = { split: escrowKeyFile, recover: recoverKeyFile }

/** A storage to be tried, be it of the configuration or not. */
export const storageTrial = (options: Settings['staging']) => openStorageTrial(options)

/** Modules that only confined processes load. */
const reading = {
  files: new URL('./adapters/splitting/confined.ts', import.meta.url).href,
  images: new URL('./adapters/images/confined.ts', import.meta.url).href,
  barcodes: new URL('./adapters/barcodes/confined.ts', import.meta.url).href,
}
const coding = new URL('./adapters/pdf/confined.ts', import.meta.url).href

/**
 * Builds everything that works outside and hands it out; the only place that knows which adapter stands behind a port.
 * Nothing connects before it is used, and what was never used need not be closed.
 */
export function compose(settings: Settings, log: Logger) {
  const clock = openHouseClock(() => system())
  const closing: (() => Promise<unknown> | void)[] = []
  const once = <Part>(build: () => Part, close?: (part: Part) => Promise<unknown> | void): (() => Part) => {
    let built: { part: Part } | undefined
    return () => {
      if (!built) {
        const part = build()
        built = { part }
        if (close) closing.unshift(() => close(part))
      }
      return built.part
    }
  }
  const report = (part: string) => () =>
    log.warn({ part, code: 'database-away' }, 'connection lost, trying again')

  const database = (url: string) =>
    once(
      () => openDatabase({ url }),
      (opened) => opened.destroy(),
    )
  const app = database(settings.database.appUrl)
  const system = database(settings.database.systemUrl)
  const keyring = once(
    () => openKeyring(settings.keys),
    (opened) => opened.close(),
  )
  const keys = once(() => keyring().provider())
  const bucket = (options: Settings['staging'], objectLock: boolean) =>
    once(
      () => openBucket({ ...options, objectLock }),
      (opened) => opened.close(),
    )
  const stagingBucket = bucket(settings.staging, false)
  const archiveBuckets = once(() =>
    Object.fromEntries(
      Object.entries(settings.archives).map(([name, options]) => [
        name,
        bucket(options, settings.retention.lockDays > 0)(),
      ]),
    ),
  )

  const truth = once(() => openTruth(app(), clock))
  const staging = once(() =>
    openStaging({ store: stagingBucket(), batchKey: (id) => batchKey(system(), keys(), id), clock }),
  )
  const stagingRoom = once((): StagingRoom => {
    const { capacityGigabytes } = settings.staging
    return {
      capacity: capacityGigabytes === undefined ? undefined : capacityGigabytes * 1e9,
      use: (organisationId) => stagingUse(system(), organisationId),
    }
  })
  const sealer = once(() => createSealer((patientId) => patientKey(system(), keys(), patientId)))
  const archives = once(() => openArchives(archiveBuckets(), openOneAtATime(system())))
  const patients = once(() => createPatientDirectory(app(), keys()))
  /** Whatever reads bytes that came from outside does so in processes of their own, within limits: as many as have work. */
  const confined = (processes: number) =>
    once(
      () => confine({ ...settings.parsing, processes }),
      (opened) => opened.close(),
    )
  const confinement = confined(settings.workers.page)
  const codingRoom = confined(settings.workers.document)
  const recognition = once(() => import('./adapters/tesseract/recogniser.ts'))
  const recogniser = once(
    async () => {
      const prepare = confinedPreparation(confinement(), { module: reading.images, name: 'prepare' })
      const threads = settings.workers.page
      return (await recognition()).createRecogniser({ ...settings.recognition, prepare, threads })
    },
    async (opened) => (await opened).close(),
  )
  const splitter = once(() =>
    confinedSplitter(confinement(), { module: reading.files, name: 'split' }, settings.parsing),
  )
  const examiner = once(() => confinedExaminer(confinement(), { module: reading.images, name: 'examine' }))
  const thumbnailer = once(() =>
    confinedThumbnailer(confinement(), { module: reading.images, name: 'thumbnail' }),
  )
  const barcodes = once(() =>
    confinedBarcodeReader(confinement(), { module: reading.barcodes, name: 'read' }),
  )
  const assembler = once(async () => {
    const { createAssembler } = await import('./adapters/pdf/assembler.ts')
    const codePage = confinedPageCoder(codingRoom(), { module: coding, name: 'code' })
    return createAssembler({ ...settings.pdf, codePage })
  })

  const signer = once(() => openLedgerSigner(settings.keys.ledger, keyring().signElsewhere))
  const ledger = once(() => openLedger(system(), clock))
  const timestamps = once(() => openTimestamps(system(), clock))
  const trustedTime = once(() =>
    openTrustedTime(settings.timestamps, { clock, random: randomBytes }, ({ code, facts }) =>
      log.warn({ code, ...facts }, 'no token from this authority'),
    ),
  )

  /** @throws Failure key-missing, key-file-exposed, key-file-invalid, configuration-invalid */
  const certificateSigner = once((): CertificateSigner | undefined => {
    const { signing } = settings.certificates
    if (!signing) return undefined
    const { key, chain } = signing
    return key ? openCertificateSigner({ key, chain }) : keyring().certificateSigner(readChain(chain))
  })
  const signingChain = () =>
    settings.certificates.signing ? readChain(settings.certificates.signing.chain) : []

  const registry = once(
    (): Registry => ({
      async contract(reference) {
        const organisationId = await controllerOf(
          system(),
          reference,
          settings.organisation as OrganisationId | undefined,
        )
        if (!organisationId) return undefined
        return inOrganisation(app(), organisationId, (tx) =>
          contractInForce(tx, organisationId, reference, clock.now()),
        )
      },
    }),
  )

  const documentTypes = once(() => readDocumentTypes(settings.filing.documentTypes))
  /** Each is built when a stage first asks for it: a worker that reads no page starts no recogniser. */
  const ports: Ports = {
    clock,
    packer: packPages,
    rules: {
      production: settings.production,
      ...{ languages: settings.recognition.languages, ownText: settings.recognition.ownText },
      lockDays: settings.retention.lockDays,
      get documentTypes() {
        return documentTypes()
      },
    },
    get staging() {
      return staging()
    },
    get splitter() {
      return splitter()
    },
    get examiner() {
      return examiner()
    },
    get barcodes() {
      return barcodes()
    },
    get thumbnailer() {
      return thumbnailer()
    },
    // Heavy libraries are loaded when first used: a command that lists batches does not wait for them.
    recogniser: {
      recognise: async (...page) => (await recogniser()).recognise(...page),
      close: async () => (await recogniser()).close(),
    },
    assembler: { assemble: async (...document) => (await assembler()).assemble(...document) },
    get sealer() {
      return sealer()
    },
    get patients() {
      return patients()
    },
    get archives() {
      return archives()
    },
  }

  return {
    settings,
    clock,
    log,
    ports,
    app,
    system,
    keys,
    truth,
    registry,
    patients,
    stagingBucket,
    archiveBuckets,
    signer,
    /** With it anyone checks a checkpoint's signature (C2SP signed note). */
    verifierKey: () => formatVerifierKey(signer()),
    ledger,
    /** What publishing the ledger needs. */
    ledgerPublisher: () => ({
      ...{ ledger: ledger(), signer: signer(), archives: archiveBuckets(), clock },
      lockDays: settings.retention.lockDays,
    }),
    /** Who is asked to sign heads of the ledger besides us. @throws Failure configuration-invalid */
    witnesses: once(() => settings.ledger.witnesses.map(openWitness)),
    /** What rotating master keys needs. @throws Failure key-missing and what else forbids to open a key file */
    keyKeeper: () => ({
      ...{ stores: keyring().stores(), keys: keys(), truth: truth(), clock },
      register: openEpochRegister(system(), clock),
      oneAtATime: openOneAtATime(system()),
    }),
    /** What renewing locks needs. */
    lockKeeper: () => ({
      deposits: openLockedDeposits(system()),
      truth: truth(),
      archives: archives(),
      clock,
      lockDays: settings.retention.lockDays,
    }),
    /** Whom the house believes about time. @throws Failure configuration-invalid */
    trustedTime,
    timestamps,
    /** What keeping tokens needs; undefined without an authority. */
    timeKeeper() {
      const { authority, anchors } = trustedTime()
      const { atOnce, renewBeforeDays, algorithmEnds } = settings.timestamps
      return (
        authority && {
          ...{ authority, anchors, timestamps: timestamps(), archives: archiveBuckets(), clock },
          ...{ atOnce, renewBeforeDays, ends: algorithmEnds },
        }
      )
    },
    /** What writing attestations needs; undefined where nobody signs. @throws Failure key-missing and its like */
    async notary() {
      const signer = certificateSigner()
      if (!signer) return undefined
      const { authority } = trustedTime()
      const { createCertificateMaker } = await import('./adapters/pdf/certificate-maker.ts')
      return {
        maker: createCertificateMaker({ signer, authority, logo: settings.certificates.logo }),
        ...{ book: openAttestationBook(system()), truth: truth(), ledger: ledger(), archives: archives() },
        ...{ isTimed: authority !== undefined, clock, lockDays: settings.retention.lockDays },
      }
    },
    /** What verifying tokens needs. */
    evidenceRoom: () => ({
      ...{ timestamps: timestamps(), archives: archiveBuckets(), clock },
      ...{ anchors: trustedTime().anchors, revocations: trustedTime().revocations },
      ends: settings.timestamps.algorithmEnds,
    }),
    /** What making proof files needs. @throws Failure configuration-invalid */
    proofRoom: () => ({
      ...{ ledger: ledger(), signer: signer(), clock, evidence: openLedgerEvidence(system()) },
      ...{ witnesses: settings.ledger.witnesses.map(openWitness), anchors: trustedTime().anchors },
      ...{ truth: truth(), archives: archives(), signerAnchors: signingChain().slice(-1) },
      revocations: trustedTime().revocations,
    }),
    /** That what the work of this queue needs is here. @throws Failure configuration-invalid, reader-broken */
    async prove(queue: 'page' | 'document') {
      documentTypes()
      if (queue === 'document') return codingRoom().prove([coding])
      await (await recognition()).proveLanguages(settings.recognition)
      await confinement().prove(Object.values(reading))
    },
    outbox: once(() => openOutbox(system(), clock)),
    presence: once(() => openPresence(system(), clock)),
    lookout: once(() => openLookout(system(), clock)),
    duties: once(() => openDuties(system(), clock)),
    alarmBook: once(() => openAlarmBook(system())),
    announcements: once(() => openAnnouncements(settings.database.systemUrl, report('announcements'))),
    election: once(() => openElection(settings.database.systemUrl, { report: report('election') })),
    queues: once(
      async () =>
        (await import('./adapters/bullmq/queues.ts')).openQueues({
          backend: { kind: settings.queue.backend, url: settings.queue.url },
          prefix: settings.queue.prefix,
          lockMs: settings.workers.lockSeconds * 1000,
        }),
      async (queues) => (await queues).close(),
    ),
    stagingRoom,
    /** What submitting a batch needs. */
    door: () => ({
      truth: truth(),
      registry: registry(),
      staging: staging(),
      room: stagingRoom(),
      keys: keys(),
      clock,
      admission: settings.admission,
    }),
    /** The hot folder of the configuration, or another. @throws Failure configuration-invalid without one */
    hotFolder(inbox = settings.inbox) {
      if (!inbox) throw new Failure('configuration-invalid', { count: 1, faults: 'inbox: missing' })
      return openHotFolder({ ...inbox, clock })
    },
    /** A batch folder, wherever it is. */
    readDrop,
    /** The registers as people at a desk use them. */
    office: once(() => openOffice(app(), system(), keys, clock)),
    /** Lists and progress. */
    views: once(() => openViews(app(), system(), keys)),
    printCoverSheets: async (...sheets: Parameters<typeof printCoverSheets>) =>
      (await import('./adapters/pdf/cover-sheet.ts')).printCoverSheets(...sheets),
    organisationOf: (batchId: BatchId) => organisationOf(system(), batchId),
    fateOfBatchKey: (batchId: BatchId) => fateOfBatchKey(system(), batchId),
    /** What reading a document needs. */
    readingRoom: () => ({ truth: truth(), archives: archives(), sealer: sealer(), clock }),
    /** What reading a document's recognised text needs. */
    textRoom: () => ({
      ...{ truth: truth(), archives: archives(), sealer: sealer(), clock },
      ...{ staging: staging(), unpacker: unpackPages },
    }),
    /** What correcting a document needs. */
    correctionRoom: () => ({
      ...{ truth: truth(), archives: archives(), sealer: sealer(), clock, packer: packPages },
      ...{ unpacker: unpackPages, oneAtATime: openOneAtATime(system()) },
      lockDays: settings.retention.lockDays,
    }),
    /** From now on the time is the database's, which all processes share, whatever this machine's clock says. */
    async followTime() {
      const over = new AbortController()
      closing.unshift(() => over.abort())
      await clock.follow(over.signal, report('clock'))
    },
    async close() {
      for (const close of closing.splice(0)) await close()
    },
  }
}
