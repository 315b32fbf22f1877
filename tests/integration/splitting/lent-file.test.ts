import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { type Confinement, confine, type Task } from '../../../src/adapters/confinement/confinement.ts'
import type { ParsingLimits } from '../../../src/adapters/confinement/limits.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { Ranges } from '../../../src/ports.ts'
import { Settings } from '../../../src/settings/settings.ts'
import { rangesOf } from '../../ranges.ts'

const opened: Confinement[] = []
afterEach(() => {
  for (const confinement of opened.splice(0)) confinement.close()
})
function open(limits: Partial<ParsingLimits> = {}): Confinement {
  const confinement = confine({ ...Settings.shape.parsing.parse({}), processes: 1, ...limits })
  opened.push(confinement)
  return confinement
}

/** A module of one function, written here, to which a file is lent. */
const task = (body: string): Task => ({
  module: `data:text/javascript,${encodeURIComponent(`export async function it(file, options) { ${body} }`)}`,
  name: 'it',
})
async function once(confinement: Confinement, work: Task, file: Ranges): Promise<unknown> {
  for await (const { plain } of confinement.run(work, file, {})) return plain
}
const megabytes = (count: number): Buffer => {
  const bytes = Buffer.alloc(count << 20)
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(at, at)
  return bytes
}
/** Asks the parent by hand, as a program that took over the process would. */
const rawly = (from: number, length: number, then: string): Task =>
  task(
    `const { writeSync, readSync } = await import('node:fs'); const question = Buffer.alloc(12);
     question.writeBigUInt64BE(${from}n); question.writeUInt32BE(${length}, 8); ${then}`,
  )

describe('a file that is lent to a confined process', () => {
  test('is read there from anywhere, across blocks and past its end', async () => {
    const file = megabytes(9)
    const places = [
      ...[0, 1, 65_535, 65_536, 70_000, file.length - 3, file.length].map((from) => [from, 10]),
      ...[
        [65_000, 66_000],
        [3, 8 << 20],
        [file.length - 70_000, 1 << 20],
      ],
    ]
    const work = task(
      `const { createHash } = await import('node:crypto');
       const found = ${JSON.stringify(places)}.map(([from, length]) => createHash('sha256').update(file.read(from, length)).digest('hex'));
       return { plain: { found, bytes: file.bytes } }`,
    )
    expect(await once(open(), work, rangesOf(file))).toEqual({
      bytes: file.length,
      found: places.map(([from, length]) =>
        createHash('sha256')
          .update(file.subarray(from, from! + length!))
          .digest('hex'),
      ),
    })
  })

  test('is asked for once where its parts are read again and again', async () => {
    let asked = 0
    const content = rangesOf(megabytes(1))
    const file: Ranges = { ...content, read: (from, length) => (asked++, content.read(from, length)) }
    await once(open(), task('for (let at = 0; at < 9000; at++) file.read(at, 4); return { plain: 1 }'), file)
    expect(asked).toBe(1)
  })

  test('may be slow to come: what its storage takes is not counted against it', async () => {
    const content = rangesOf(megabytes(1))
    const file: Ranges = {
      ...content,
      read: (from, length) => sleep(1_500).then(() => content.read(from, length)),
    }
    const work = task('file.read(0, 9); file.read(500000, 9); return { plain: "read" }')
    expect(await once(open({ secondsPerPage: 2, secondsPerFile: 2 }), work, file)).toBe('read')
  })

  test('that its storage does not give ends with what the storage says, not with a word against the file', async () => {
    const away = new Failure('storage-away')
    const file: Ranges = { ...rangesOf(megabytes(1)), read: () => Promise.reject(away) }
    await expect(once(open(), task('return { plain: file.read(0, 1).length }'), file)).rejects.toBe(away)
  })

  test('is not read over and over', async () => {
    const work = task('for (let at = 0; ; at = (at + 100000) % 600000) file.read(at, 90000)')
    await expect(once(open(), work, rangesOf(megabytes(1)))).rejects.toMatchObject({
      code: 'file-too-costly',
      facts: { cost: 'input' },
    })
  })

  test.each([
    [
      'beyond its end',
      rawly(1 << 20, 1, 'writeSync(4, question); readSync(4, Buffer.alloc(1)); return { plain: 1 }'),
    ],
    [
      'more than it has',
      rawly(0, (4 << 20) + 1, 'writeSync(4, question); readSync(4, Buffer.alloc(1)); return { plain: 1 }'),
    ],
    ['nothing', rawly(0, 0, 'writeSync(4, question); readSync(4, Buffer.alloc(1)); return { plain: 1 }')],
    ['without waiting for answers', rawly(0, 1 << 20, 'for (;;) writeSync(4, question)')],
  ])('is not given to a process that asks for %s', async (_, work) => {
    await expect(once(open(), work, rangesOf(megabytes(1)))).rejects.toMatchObject({
      code: 'file-unreadable',
    })
  })

  test('is taken back: a process that was sent its bytes has nothing to ask for', async () => {
    const confinement = open()
    expect(
      await once(confinement, task('return { plain: file.read(0, 4).length }'), rangesOf(megabytes(1))),
    ).toBe(4)
    const work = rawly(0, 9, 'writeSync(4, question); readSync(4, Buffer.alloc(9)); return { plain: 1 }')
    await expect(confinement.once(work, Buffer.from('a file'), {})).rejects.toMatchObject({
      code: 'file-unreadable',
    })
  })
})
