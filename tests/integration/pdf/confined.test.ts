import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type Confinement, confine } from '../../../src/adapters/confinement/confinement.ts'
import { confinedPageCoder } from '../../../src/adapters/confinement/ports.ts'
import { createAssembler, type Wishes } from '../../../src/adapters/pdf/assembler.ts'
import { codedAnew } from '../../../src/adapters/pdf/coded-anew.ts'
import type { CodePage } from '../../../src/adapters/pdf/coded-page.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import type { PdfPage } from '../../../src/ports.ts'
import { limitsOf } from '../hostile/reading.ts'
import { letter, sheet } from '../splitting/sheets.ts'

// What pages are coded anew by is a process of its own: the one that assembles decodes nothing.

const opened: Confinement[] = []
afterEach(() => {
  for (const confinement of opened.splice(0)) confinement.close()
})

const module = new URL('../../../src/adapters/pdf/confined.ts', import.meta.url).href

function open(limits: Parameters<typeof limitsOf>[0] = {}) {
  const confinement = confine(limitsOf({ secondsPerPage: 60, secondsPerFile: 60, ...limits }))
  opened.push(confinement)
  return { confinement, codePage: confinedPageCoder(confinement, { module, name: 'code' }) }
}

const meta = {
  title: 'Document numérisé',
  language: 'fr',
  createdAt: new Date('2026-01-02T03:04:05Z'),
  documentId: '0190a1b2-c3d4-7000-8000-000000000001' as DocumentId,
}

async function assemble(pages: readonly PdfPage[], codePage: CodePage, wishes: Partial<Wishes> = {}) {
  async function* each() {
    yield* pages
  }
  return buffer(await createAssembler({ ...wishes, codePage }).assemble(each(), meta))
}

const scan = () => sheet(letter, { ink: '#224' })
const fine = async (): Promise<PdfPage> => ({
  image: await scan().jpeg({ quality: 95 }).toBuffer(),
  mediaType: 'image/jpeg',
  dpi: 300,
})
const clean = async (): Promise<PdfPage> => ({
  image: await scan().png().toBuffer(),
  mediaType: 'image/png',
  dpi: 300,
})

describe('page images coded in a process of their own', () => {
  test.each(['faithful', 'compact'] as const)('make the same file, %s', async (accessCopy) => {
    const pages = [await fine(), await clean()]
    const { confinement, codePage } = open()
    const file = await assemble(pages, codePage, { accessCopy })
    expect(file.equals(await assemble(pages, codedAnew, { accessCopy }))).toBe(true)
    expect(confinement.seen.started).toBe(1)
  })

  test('are not asked for where an image goes in as it is', async () => {
    const coarse = { ...(await fine()), image: await scan().jpeg({ quality: 60 }).toBuffer() }
    const { confinement, codePage } = open()
    expect((await assemble([coarse], codePage)).includes(coarse.image)).toBe(true)
    expect(confinement.seen.started).toBe(0)
  })

  test.each([
    ['it breaks off', 'file-unreadable', {}],
    ['it comes to more than it may', 'file-too-costly', { outputMegabytes: 0.01 }],
  ])('that cannot be coded end the document with the page and its reason: %s', async (_, cause, limits) => {
    const whole = await clean()
    const small = { ...whole, image: await scan().resize(40).png().toBuffer() }
    const page = cause === 'file-unreadable' ? { ...whole, image: whole.image.subarray(0, 900) } : whole
    await expect(assemble([small, page], open(limits).codePage)).rejects.toMatchObject({
      code: 'assembly-failed',
      facts: { page: 2, cause },
    })
  })

  test('blame no page for a process that cannot start', async () => {
    const { confinement } = open()
    const broken = confinedPageCoder(confinement, { module: 'data:text/javascript,nonsense(', name: 'code' })
    await expect(assemble([await fine()], broken)).rejects.toMatchObject({ code: 'reader-broken' })
  })

  test.each([
    ['bytes that belong to no image', { bytes: 4 }],
    ['a JPEG that is none', { bytes: 5 }],
    ['a coding that PDF has not', { coding: 'jbig2' }],
    ['an image without a side', { width: 0 }],
  ])('are not believed: %s', async (_, told) => {
    const image = { coding: 'jpeg', width: 3, height: 2, channels: 1, inverted: false, bytes: 5, ...told }
    const page = { width: 3, height: 2, layers: [{ image, covers: { width: 3, height: 2 } }] }
    const { confinement } = open()
    const lying = confinedPageCoder(confinement, {
      module: `data:text/javascript,${encodeURIComponent(
        `export const lie = async () => ({ plain: ${JSON.stringify(page)}, bytes: Buffer.from('image') })`,
      )}`,
      name: 'lie',
    })
    await expect(assemble([await fine()], lying)).rejects.toMatchObject({
      code: 'assembly-failed',
      facts: { page: 1, cause: 'file-unreadable' },
    })
  })

  test('find out by a page of ours that they can be coded', async () => {
    const { confinement } = open()
    await confinement.prove([module])
    expect(confinement.seen.started).toBe(1)
  })
})
