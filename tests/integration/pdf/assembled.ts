import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import { createAssembler } from '../../../src/adapters/pdf/assembler.ts'
import { codedAnew } from '../../../src/adapters/pdf/coded-anew.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import type { Recognition } from '../../../src/domain/page.ts'
import type { PdfPage } from '../../../src/ports.ts'

export const folder = mkdtempSync(join(tmpdir(), 'scelle-pdf-'))
afterAll(() => rmSync(folder, { recursive: true }))

export const meta = {
  title: 'Document <1> & suite',
  language: 'fr',
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  documentId: '0190a1b2-c3d4-7000-8000-000000000001' as DocumentId,
}

export async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}

export const assemble = async (pages: readonly PdfPage[]): Promise<Buffer> =>
  buffer(await createAssembler({ codePage: codedAnew }).assemble(each(pages), meta))

export function run(tool: string, pdf: Buffer, ...options: string[]): string {
  const file = join(folder, 'document.pdf')
  writeFileSync(file, pdf)
  return execFileSync(tool, [...options, file, ...(tool === 'pdftotext' ? ['-'] : [])], { encoding: 'utf8' })
}

/** What a recogniser would say of a sheet of `sheet()`: words of even letters, falling by `slope`, on a page turned by `turn`. */
export function recognised(
  lines: readonly string[],
  { turn = 0, slope = 0, gap = 15.6 }: { turn?: 0 | 90 | 180 | 270; slope?: number; gap?: number } = {},
): Recognition {
  const letterWidth = 26
  return {
    turn,
    width: 2481,
    height: 3507,
    confidence: 95,
    engine: 'test',
    lines: lines.map((text, index) => {
      const y = 300 + index * 73
      let x = 240
      const words = text.split(' ').map((word) => {
        const [x0, x1] = [x, x + word.length * letterWidth]
        x = x1 + gap
        const fall = ((x0 + x1) / 2) * slope
        return { text: word, confidence: 95, box: { x0, x1, y0: y + fall - 34, y1: y + fall + 8 } }
      })
      const box = { x0: 240, x1: words.at(-1)!.box.x1, y0: words[0]!.box.y0, y1: words.at(-1)!.box.y1 }
      return { words, box, baseline: y + ((box.x0 + box.x1) / 2) * slope }
    }),
  }
}
