import { open } from 'node:fs/promises'
import process from 'node:process'
import { confine } from '../../../src/adapters/confinement/confinement.ts'
import { confinedSplitter } from '../../../src/adapters/confinement/ports.ts'
import type { Ranges } from '../../../src/ports.ts'
import { Settings } from '../../../src/settings/settings.ts'

// A process that splits one file as a worker does, and says what memory it took: of this process, and of the confined one.

const [file, kind] = process.argv.slice(2) as [string, 'tiff' | 'pdf']
const limits = { ...Settings.shape.parsing.parse({}), processes: 1 }
const confinement = confine(limits)
const module = new URL('../../../src/adapters/splitting/confined.ts', import.meta.url).href
const splitter = confinedSplitter(confinement, { module, name: 'split' }, limits)

const opened = await open(file)
const { size } = await opened.stat()
let read = 0
const ranges: Ranges = {
  bytes: size,
  async read(from, length) {
    read += length
    const { buffer } = await opened.read(Buffer.allocUnsafe(length), 0, length, from)
    return buffer
  },
  close: () => opened.close(),
}
const begun = performance.now()
let [pages, bytes] = [0, 0]
for await (const { image } of splitter.split(ranges, kind, new AbortController().signal)) {
  pages++
  bytes += image.length
}
const seconds = (performance.now() - begun) / 1000
await ranges.close()
process.send!({
  pages,
  bytes,
  read,
  seconds,
  parentBytes: process.resourceUsage().maxRSS * 1024,
  childBytes: confinement.seen.peak,
  children: confinement.seen.started,
})
confinement.close()
process.disconnect()
