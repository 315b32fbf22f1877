import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { attributeDocument } from '../commands/attribute-document.ts'
import { rejectDocument, retryDocument } from '../commands/decide-document.ts'
import { exportSealed, fetchDocument } from '../commands/read-document.ts'
import type { DocumentView } from '../compose.ts'
import { type Part, parts } from '../domain/deposit.ts'
import { DocumentState } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { BatchId, DocumentId, PatientId } from '../domain/ids.ts'
import { textFormatNames } from '../domain/text-formats/formats.ts'
import type { Desk } from './desk.ts'
import { correct, findings } from './document-findings.ts'
import { text } from './document-text.ts'
import { sayDocument, sayDocuments } from './document-words.ts'
import { inFolder, refuseExisting, shellWord, streamNew, writeNew } from './files.ts'
import { batchId, count, documentId, type Frame, misuse, noun, oneOf, patientId, required } from './frame.ts'
import { patientBy } from './patient-reference.ts'
import { table } from './table.ts'
import { moment } from './typography.ts'

type ListOptions = {
  batch?: BatchId
  patient?: PatientId
  state?: DocumentState
  identities?: true
  limit: number
  after?: DocumentId
}

export function addDocument(program: Command, { help: { document: help }, act }: Frame): void {
  const document = noun(program, 'document', help.noun)
  const part = () => oneOf('--part <PART>', help.part, parts).default('access')
  document
    .command('list')
    .description(help.list)
    .option('--batch <ID>', help.batch, batchId)
    .option('--patient <ID>', help.patient, patientId)
    .addOption(oneOf('--state <STATE>', help.state, DocumentState.options))
    .option('--identities', help.identities)
    .option('--limit <N>', help.limit, count, 200)
    .option('--after <ID>', help.after, documentId)
    .action(act(list))
  document
    .command('show')
    .description(help.show)
    .argument('<ID>', help.id, documentId)
    .option('--identities', help.identities)
    .action(act(show))
  document
    .command('attribute')
    .description(help.attribute)
    .argument('<ID>', help.id, documentId)
    .option('--patient <ID>', help.ofPatient, patientId)
    .option('--file-number <->', help.fileNumber)
    .action(act(attribute))
  document.command('retry').description(help.retry).argument('<ID>', help.id, documentId).action(act(retry))
  document
    .command('reject')
    .description(help.reject)
    .argument('<ID>', help.id, documentId)
    .action(act(reject))
  document
    .command('returns')
    .description(help.returns)
    .option('--batch <ID>', help.batch, batchId)
    .option('--limit <N>', help.limit, count, 200)
    .action(act(returns))
  document
    .command('fetch')
    .description(help.fetch)
    .argument('<ID>', help.id, documentId)
    .addOption(required('--out <FILE>', help.out))
    .addOption(part())
    .action(act(fetch))
  document
    .command('text')
    .description(help.text)
    .argument('<ID>', help.id, documentId)
    .addOption(required('--out <FILE>', help.out))
    .addOption(oneOf('--format <FORMAT>', help.format, textFormatNames).default('text'))
    .action(act(text))
  document
    .command('findings')
    .description(help.findings)
    .argument('<ID>', help.id, documentId)
    .action(act(findings))
  document
    .command('correct')
    .description(help.correct)
    .argument('<ID>', help.id, documentId)
    .addOption(required('--findings <FILE>', help.correction))
    .action(act(correct))
  document
    .command('export-sealed')
    .description(help.export)
    .argument('<ID>', help.id, documentId)
    .addOption(required('--out <DIR>', help.outDirectory))
    .addOption(part())
    .action(act(exportOne))
}

/** File numbers of the documents' patients; none unless they were asked for. */
async function fileNumbers(desk: Desk, documents: readonly DocumentView[], wanted: true | undefined) {
  if (!wanted) return new Map<PatientId, string>()
  const patients = documents.flatMap((document) => document.patientId ?? [])
  return (await desk.house()).views().fileNumbers(await desk.organisation(), patients)
}

async function list(desk: Desk, options: ListOptions): Promise<void> {
  const { batch, patient, state, identities, limit, after } = options
  const found = await (await desk.house()).views().documents(await desk.organisation(), {
    limit,
    ...(batch ? { batchId: batch } : {}),
    ...(patient ? { patientId: patient } : {}),
    ...(state ? { states: [state] } : {}),
    ...(after ? { after } : {}),
  })
  const numbers = await fileNumbers(desk, found, identities)
  const value = found.map((document) => ({
    ...document,
    ...(identities ? { fileNumber: numbers.get(document.patientId!) ?? null } : {}),
  }))
  desk.answer(value, () => {
    if (found.length === 0) return desk.say.none
    const more = found.length === limit ? [desk.say.more(limit)] : []
    return [sayDocuments(desk, found, numbers), ...more].join('\n')
  })
}

async function show(desk: Desk, { identities }: { identities?: true }, id: DocumentId): Promise<void> {
  const organisationId = await desk.organisation()
  const views = (await desk.house()).views()
  const [document] = await views.documents(organisationId, { id: id, limit: 1 })
  if (!document) throw new Failure('not-found', { kind: 'document' })
  const events = await views.documentEvents(organisationId, document.id)
  const rescans = await views.rescans(organisationId, { documentId: document.id })
  const numbers = await fileNumbers(desk, [document], identities)
  const fileNumber = numbers.get(document.patientId!)
  const value = { ...document, ...(identities ? { fileNumber: fileNumber ?? null } : {}), rescans, events }
  desk.answer(value, () => sayDocument(desk, document, { events, rescans, fileNumber }))
}

async function attribute(
  desk: Desk,
  { patient, fileNumber }: { patient?: PatientId; fileNumber?: string },
  documentId: DocumentId,
): Promise<void> {
  const patientId = await patientBy(desk, { id: patient, fileNumber })
  const organisationId = await desk.organisation()
  const house = await desk.house()
  if (!(await house.views().patient(organisationId, patientId)))
    throw new Failure('not-found', { kind: 'patient' })
  await attributeDocument(organisationId, documentId, patientId, desk.actor, house.truth())
  desk.answer({ documentId, patientId }, () => desk.say.document.attributed(documentId))
}

async function retry(desk: Desk, _options: object, documentId: DocumentId): Promise<void> {
  await retryDocument(await desk.organisation(), documentId, desk.actor, (await desk.house()).truth())
  desk.answer({ documentId }, () => desk.say.document.retried(documentId))
}

async function reject(desk: Desk, _options: object, documentId: DocumentId): Promise<void> {
  await rejectDocument(await desk.organisation(), documentId, desk.actor, (await desk.house()).truth())
  desk.answer({ documentId }, () => desk.say.document.rejected(documentId))
}

/** The paper of refused documents: by box, and by file and page as they were scanned. */
async function returns(desk: Desk, { batch, limit }: { batch?: BatchId; limit: number }): Promise<void> {
  const found = await (await desk.house())
    .views()
    .paperToReturn(await desk.organisation(), { limit, ...(batch ? { batchId: batch } : {}) })
  const places = (sheets: (typeof found)[number]['sheets']) =>
    sheets.map(({ file, pages }) => `${file}:${pages.join(',')}`).join(' ')
  const rows = found.map((one) => [
    one.box,
    one.batchId,
    places(one.sheets),
    one.documentId,
    moment(one.refusedAt),
  ])
  desk.answer(found, () =>
    [
      found.length === 0 ? desk.say.none : table(desk.say.document.returnColumns, rows, desk.width),
      ...(found.length === limit ? [desk.say.more(limit)] : []),
    ].join('\n'),
  )
}

async function fetch(
  desk: Desk,
  { out, part }: { out: string; part: Part },
  documentId: DocumentId,
): Promise<void> {
  if (out === '-' && process.stdout.isTTY) throw misuse('terminal-refused')
  if (out !== '-') await refuseExisting(out)
  const room = (await desk.house()).readingRoom()
  const { content, mediaType } = await fetchDocument(
    await desk.organisation(),
    documentId,
    part,
    desk.actor,
    room,
  )
  if (out === '-') return pipeline(content, process.stdout, { end: false })
  const bytes = await streamNew(out, content, desk.signal)
  desk.answer({ documentId, part, file: path.resolve(out), mediaType, bytes }, () =>
    desk.say.document.fetched(out),
  )
}

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/tiff': 'tif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'application/x-tar': 'tar',
  'application/gzip': 'tar.gz',
}

async function exportOne(
  desk: Desk,
  { out, part }: { out: string; part: Part },
  documentId: DocumentId,
): Promise<void> {
  const place = path.join(out, part === 'access' ? documentId : `${documentId}.${part}`)
  const [object, key, keyId] = [`${place}.cms`, `${place}.key`, `${place}.keyid`]
  await refuseExisting(object, key, keyId)
  const room = (await desk.house()).readingRoom()
  const organisationId = await desk.organisation()
  const sealed = await inFolder(out, async () => {
    const exported = await exportSealed(organisationId, documentId, part, desk.actor, room)
    await streamNew(object, exported.sealed, desk.signal)
    await writeNew(key, exported.key.toString('hex'))
    await writeNew(keyId, exported.keyId)
    return exported
  })
  const content = `${place}.${extensions[sealed.deposit.mediaType] ?? 'bin'}`
  const compare = `printf '%s  %s\\n' ${sealed.deposit.sealedSha256} ${shellWord(object)} | sha256sum --check`
  const open =
    `openssl cms -decrypt -binary -inform DER -in ${shellWord(object)} ` +
    `-secretkey $(cat ${shellWord(key)}) -secretkeyid $(cat ${shellWord(keyId)}) -out ${shellWord(content)}`
  const { document: say } = desk.say
  const value = {
    documentId,
    part,
    object,
    key,
    keyId,
    content,
    contentSha256: sealed.deposit.contentSha256,
    sealedSha256: sealed.deposit.sealedSha256,
    compare,
    open,
  }
  desk.answer(value, () =>
    [
      say.exported(out),
      '',
      say.compare,
      `  ${compare}`,
      '',
      say.openWith,
      `  ${open}`,
      '',
      say.keyWarning,
    ].join('\n'),
  )
}
