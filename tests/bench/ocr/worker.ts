import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import {
  type BatchId,
  type DocumentId,
  type FileId,
  newId,
  type OrganisationId,
  type PageId,
} from '../../../src/domain/ids.ts'
import type { Document } from '../../../src/domain/document.ts'
import type { Page, Recognition, StagedImage } from '../../../src/domain/page.ts'
import { assembleDocument } from '../../../src/stages/assemble-document.ts'
import { examinePage } from '../../../src/stages/examine-page.ts'
import { recognisePage } from '../../../src/stages/recognise-page.ts'
import type { Outcome, StageContext } from '../../../src/stages/stage.ts'
import { cpuTime } from '../../../workers/cpu-time.ts'
import { memoryStaging, openReadingRoom } from './house.ts'
import { createMeter } from './meter.ts'
import type { Answer, Question, StagedPage } from './questions.ts'

// One worker of ours: the product's own stages on the product's own parts, one order at a time.

const house = openReadingRoom()
const staging = memoryStaging()
const meter = createMeter(cpuTime)
const { examiner, barcodes, recogniser, thumbnailer, assembler, rules } = house.ports
const ports = {
  staging,
  examiner: { examine: meter.around('examine', examiner.examine.bind(examiner)) },
  barcodes: { read: meter.around('barcodes', barcodes.read.bind(barcodes)) },
  recogniser: {
    ...recogniser,
    // What it has done in other processes is preparing; reading is done in threads.
    recognise: meter.around('read', recogniser.recognise.bind(recogniser), 'prepare'),
  },
  thumbnailer: { thumbnail: meter.around('thumbnail', thumbnailer.thumbnail.bind(thumbnailer)) },
  assembler,
  rules,
}
const now = new Date()
const batchId = newId<BatchId>(now)
const context: StageContext = {
  signal: new AbortController().signal,
  organisationId: newId<OrganisationId>(now),
  batchId,
  now,
  actor: 'stage.bench',
  orderId: 'bench',
}

const done = <Output>(outcome: Outcome<Output>): Output => {
  if (outcome.kind !== 'completed') throw new Error(`held: ${outcome.reason}`)
  return outcome.output
}

async function stagedPage({ image, mediaType, dpi, width, height, number }: StagedPage): Promise<Page> {
  const object = await staging.put(batchId, Buffer.from(image))
  const staged: StagedImage = { ...object, mediaType, dpi, width, height }
  return {
    ...{ id: newId<PageId>(now), batchId, fileId: newId<FileId>(now), number, position: number },
    ...{ documentId: newId<DocumentId>(now), state: 'split' as const, image: staged },
    ...{ facts: null, marks: null, words: null, confidence: null },
  }
}

async function readPage(given: StagedPage, { onlyExamined }: { onlyExamined: boolean }): Promise<Answer> {
  const page = await stagedPage(given)
  const { facts } = done(await examinePage.run({ page, thorough: false }, ports, context))
  const examined = { ...page, facts, documentId: page.documentId! }
  let recognition: Recognition | undefined
  if (!facts.blank && !onlyExamined) {
    const { words } = done(await recognisePage.run({ page: examined }, ports, context))
    recognition = JSON.parse((await staging.read(batchId, words)).toString()) as Recognition
    await staging.remove(batchId, [words])
  }
  await staging.remove(batchId, [page.image!])
  return { kind: 'page', facts, recognition }
}

async function assemble({ pages, file }: Extract<Question, { kind: 'document' }>): Promise<Answer> {
  const staged = pages.map(async ({ image, facts, recognition }) => ({
    ...(await stagedPage(image)),
    facts,
    words: recognition ? await staging.put(batchId, Buffer.from(JSON.stringify(recognition))) : null,
  }))
  const read = await Promise.all(staged)
  const document = { id: newId<DocumentId>(now), batchId, organisationId: context.organisationId } as Document
  const made = meter.around('assemble', async () =>
    done(await assembleDocument.run({ document, pages: read, createdAt: now }, ports, context)),
  )
  const { access } = await made()
  await writeFile(file, await staging.read(batchId, access))
  await staging.remove(batchId, [
    access,
    ...read.flatMap(({ image, words }) => [image!, ...(words ? [words] : [])]),
  ])
  return { kind: 'document', bytes: access.bytes }
}

async function answer(question: Question): Promise<Answer> {
  if (question.kind === 'page') return readPage(question.page, question)
  if (question.kind === 'document') return assemble(question)
  return { kind: 'account', cpu: meter.account(), peakMegabytes: peakMegabytes() }
}

/** Of this process and of those that it confines (proc(5), VmHWM). */
function peakMegabytes(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1')
    .split(' ')
    .filter(Boolean)
  const peaks = ['self', ...children].map((pid) =>
    Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0),
  )
  return peaks.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024
}

process.on('message', (question: Question) => {
  void answer(question)
    .catch((error: unknown): Answer => ({ kind: 'failed', why: String(error) }))
    .then((said) => process.send!(said))
})
process.on('disconnect', () => process.exit())
process.send!({ kind: 'ready' })
