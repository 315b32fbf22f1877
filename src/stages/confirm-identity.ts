import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import { type MeasuredPage, measuredPage, ReadingFigures, readingFigures } from '../domain/reading-figures.ts'
import { compareDocument, type DocumentComparison } from '../domain/understanding/compare-document.ts'
import type { PageFindings } from '../domain/understanding/findings.ts'
import { documentAt, passGate } from './consent-gate.ts'
import { completed, defineStage, held } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'
import { findingsOf, understoodPage } from './understood.ts'

/** Compares what the pages say with whom the document was attributed to; then the second gate. */
export const confirmIdentity = defineStage({
  name: 'confirm-identity',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pages: z.array(z.custom<Page>()),
    isAttributedByHand: z.boolean(),
  }),
  output: z.object({ document: z.custom<Document>(), reading: ReadingFigures }),
  needs: ['staging', 'patients', 'rules'],

  async load(subjectId, records) {
    const document = await documentAt('recognised', subjectId as DocumentId, records)
    if (!document) return undefined
    const pages = await records.pages.ofDocument(document.id)
    return { document, pages, isAttributedByHand: document.attributedBy !== null }
  },

  async run({ document, pages, isAttributedByHand }, ports, { organisationId }) {
    const { batchId, id: documentId, patientId } = document
    const patient = patientId && (await ports.patients.identity(organisationId, patientId))
    if (!patient) return held('patient-missing', { documentId })
    const read = pages.filter(({ words }) => words !== null)
    const findings: PageFindings[] = []
    const measured: MeasuredPage[] = []
    for (const page of read) {
      const understood = await understoodPage(page, ports)
      findings.push(findingsOf(understood, ports))
      measured.push(measuredPage(understood))
    }
    const comparison = compareDocument(findings, patient)
    const foreign = isAttributedByHand ? undefined : comparison.conflicts[0]
    if (foreign) {
      const page = read[foreign.page]!.position ?? 0
      return held('identity-conflict', { documentId, page, kinds: foreign.kinds.join(', ') })
    }
    const details = { byHand: isAttributedByHand, ...figuresOf(findings, comparison) }
    return completed({ document, reading: readingFigures(measured) }, [
      custodyEvent('identity-confirmed', { batchId, documentId, patientId }, { details }),
    ])
  },

  async settle({ document, reading }, records, context) {
    if (!(await passGate(document, records, context))) return
    const { id: subjectId, batchId } = document
    await records.documents.change(subjectId, { reading })
    await records.orders.place({
      ...{ batchId, queue: 'document', stage: 'assemble-document', subjectId },
      again: true,
    })
  },

  /** A person who attributed it meanwhile has answered for what its pages say; it is looked at again by their order. */
  async hold(subjectId, reason, facts, records, context) {
    const document = await records.documents.lock(subjectId as DocumentId)
    if (reason === 'identity-conflict' && document?.attributedBy) return
    await holdDocument(subjectId, reason, facts, records, context)
  },
  fail: failDocument,
})

/** How many, and how sure: what was found is content, and no part of an event. */
function figuresOf(findings: readonly PageFindings[], { agreeing, conflicts, silent }: DocumentComparison) {
  const sure = findings.flatMap(({ people }) => people.map(({ confidence }) => confidence))
  const mean = sure.reduce((sum, one) => sum + one, 0) / Math.max(1, sure.length)
  return {
    ...{ agreeing, silent, conflicting: conflicts.length },
    ...{ findings: sure.length, confidence: Math.round(mean * 100) },
  }
}
