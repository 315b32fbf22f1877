import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createAssembler } from '../../../src/adapters/pdf/assembler.ts'
import { codedAnew } from '../../../src/adapters/pdf/coded-anew.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import { Recognition } from '../../../src/domain/page.ts'
import type { PdfPage } from '../../../src/ports.ts'
import { dpi } from './pages.ts'

// One document in a process of its own, so that its peak is its own: `document.ts FOLDER DIFFERENT PAGES [FILE]`.

const [folder, different, pages, file] = process.argv.slice(2) as [string, string, string, string?]

/** As from staging: each page comes as bytes of its own. */
async function* pagesOf(count: number): AsyncGenerator<PdfPage> {
  for (let page = 0; page < count; page++) {
    const name = join(folder, String(page % Number(different)))
    const recognition = Recognition.parse(JSON.parse(await readFile(`${name}.json`, 'utf8')))
    yield { image: await readFile(`${name}.jpg`), mediaType: 'image/jpeg', dpi, recognition }
  }
}

let bytes = 0
const nowhere = new Writable({
  write(chunk: Buffer, _, done) {
    bytes += chunk.length
    done()
  },
})
const count = Number(pages)
const documentId = '0190a1b2-c3d4-7000-8000-000000000001' as DocumentId
const meta = { title: 'Document', language: 'fr', createdAt: new Date(0), documentId }
const before = process.cpuUsage()
const started = performance.now()
const pdf = await createAssembler({ codePage: codedAnew }).assemble(pagesOf(count), meta)
await pipeline(pdf, file ? createWriteStream(file) : nowhere)
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({
    pages: count,
    megabytes: bytes / 1e6,
    cpuSecondsPerPage: (user + system) / 1e6 / count,
    secondsPerPage: (performance.now() - started) / 1e3 / count,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
)
