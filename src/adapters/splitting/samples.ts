import sharp from 'sharp'
import type { FileKind } from '../../domain/file-kind.ts'

/** A page with a black square and nothing else: it must be painted. */
const drawnPdf = `%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 36 36]/Contents 4 0 R>>
endobj
4 0 obj
<</Length 14>>
stream
9 9 18 18 re
f
endstream
endobj
`

/** A small file of each kind, one page each, that any splitter worth its name can read. */
export async function samples(): Promise<{ readonly kind: FileKind; readonly file: Buffer }[]> {
  const page = sharp({ create: { width: 40, height: 56, channels: 3, background: '#ddd' } }).withDensity(100)
  return [
    { kind: 'jpeg', file: await page.clone().jpeg().toBuffer() },
    { kind: 'png', file: await page.clone().png().toBuffer() },
    { kind: 'tiff', file: await page.clone().tiff({ compression: 'lzw' }).toBuffer() },
    { kind: 'pdf', file: withTable(drawnPdf) },
  ]
}

/** The objects with the table of where they begin, twenty bytes a row (ISO 32000-1, 7.5.4), and the trailer. */
function withTable(objects: string): Buffer {
  const starts = [...objects.matchAll(/^\d+ 0 obj/gm)].map(({ index }) => String(index).padStart(10, '0'))
  const rows = ['0000000000 65535 f \n', ...starts.map((start) => `${start} 00000 n \n`)]
  const table = `xref\n0 ${rows.length}\n${rows.join('')}`
  const trailer = `trailer\n<</Size ${rows.length}/Root 1 0 R>>\nstartxref\n${objects.length}\n%%EOF\n`
  return Buffer.from(objects + table + trailer, 'latin1')
}
