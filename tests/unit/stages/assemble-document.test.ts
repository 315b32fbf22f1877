import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Document } from '../../../src/domain/document.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { Page } from '../../../src/domain/page.ts'
import type { Ports } from '../../../src/ports.ts'
import { assembleDocument } from '../../../src/stages/assemble-document.ts'

const paged = (count: number, files: readonly string[] = []): Page[] =>
  Array.from(
    { length: count },
    (_, index) =>
      ({ image: { key: String(index) }, fileId: files[index] ?? 'f', words: null, facts: null }) as Page,
  )

/** The stage over a staging whose images are their own keys, and an assembler that joins them; one image may be damaged. */
function stage({ damaged }: { damaged?: string } = {}) {
  const seen = {
    read: 0,
    furthestAhead: 0,
    kept: undefined as string | undefined,
    parts: [] as (string | undefined)[],
  }
  let assembled = 0
  const ports: Pick<Ports, 'staging' | 'assembler'> = {
    staging: {
      read: async (_, { key }) => {
        seen.read++
        seen.furthestAhead = Math.max(seen.furthestAhead, seen.read - assembled)
        if (key === damaged) throw new Failure('staged-object-damaged')
        return Buffer.from(key)
      },
      put: async (_, content) => {
        seen.kept = (Buffer.isBuffer(content) ? content : await buffer(content)).toString()
        return { key: 'access', sha256: '', bytes: seen.kept.length }
      },
    } as Ports['staging'],
    assembler: {
      async assemble(pages) {
        async function* joined() {
          for await (const { image, part } of pages) {
            seen.parts.push(part)
            await new Promise(setImmediate)
            assembled++
            yield image
          }
        }
        return Readable.from(joined(), { objectMode: false })
      },
    },
  }
  const run = (count: number, files?: readonly string[]) =>
    assembleDocument.run(
      {
        document: { id: 'd', batchId: 'b' } as unknown as Document,
        pages: paged(count, files),
        createdAt: new Date(0),
      },
      ports,
      { signal: new AbortController().signal } as never,
    )
  return { run, seen }
}

test('reads one page ahead of the one that is assembled, and no more', async () => {
  const { run, seen } = stage()
  await run(9)
  expect(seen).toMatchObject({ read: 9, furthestAhead: 2, kept: '012345678' })
})

test.each(['0', '4', '8'])('keeps nothing and says why when page %s cannot be read', async (damaged) => {
  const { run, seen } = stage({ damaged })
  await expect(run(9)).rejects.toMatchObject({ code: 'staged-object-damaged' })
  expect(seen.kept).toBeUndefined()
})

test('what was scanned into one file is a part; a document of one part names none', async () => {
  const { run, seen } = stage()
  await run(4, ['a', 'b', 'b', 'c'])
  await run(2)
  expect(seen.parts).toEqual([
    'Partie 1, page 1',
    'Partie 2, pages 2 à 3',
    undefined,
    'Partie 3, page 4',
    undefined,
    undefined,
  ])
})
