import type { Recognition } from '../../../../src/domain/page.ts'
import {
  type Comparison,
  comparePage,
  type KnownIdentity,
} from '../../../../src/domain/understanding/compare.ts'
import type { PageFindings } from '../../../../src/domain/understanding/findings.ts'
import { understandPage } from '../../../../src/domain/understanding/understand-page.ts'
import { readDocumentTypes } from '../../../../src/settings/document-types.ts'
import { nirKey } from '../../../../src/domain/identifiers.ts'

export const documentTypes = readDocumentTypes()

export const nir = (thirteen: string): string => `${thirteen}${nirKey(thirteen)}`

/** A page as recognition gives it: lines of words, each word in a box of its own. */
export const pageOf = (text: string, confidence = 95): Recognition => ({
  ...{ turn: 0, width: 2480, height: 3508, confidence, engine: 'pretended' },
  lines: text.split('\n').map((line, row) => {
    const words = line.split(' ').map((word, column) => ({
      text: word,
      confidence,
      box: { x0: column * 100, y0: row * 50, x1: column * 100 + 90, y1: row * 50 + 40 },
    }))
    return { words, box: { x0: 0, y0: row * 50, x1: 2480, y1: row * 50 + 40 }, baseline: row * 50 + 38 }
  }),
})

export const understand = (text: string): PageFindings => understandPage(pageOf(text), documentTypes)

export const compare = (text: string, patient: KnownIdentity): Comparison =>
  comparePage(understand(text), patient)
