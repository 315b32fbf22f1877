import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { rejectBatch } from '../../../src/commands/decide-batch.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { HotFolder } from '../../../src/ports.ts'
import { ofPatients } from '../stages/paper.ts'
import { useHotFolder } from './room.ts'

const hot = useHotFolder()
const { tend, drop, page, lying, answer, through } = hot

// What operators do to a hot folder.

test('files of theirs named like our answers stay theirs', async () => {
  await drop('box', {
    'a.jpg': page(),
    'answer.json': Buffer.from('theirs'),
    'LISEZ-MOI.txt': Buffer.from('theirs'),
  })
  const id = await through()
  await rejectBatch(hot.works.organisationId, id, 'boss', hot.works.truth)
  await hot.works.run()
  await tend()
  const [name] = await readdir(path.join(hot.directory, '_returned'))
  for (const file of ['answer.json', 'LISEZ-MOI.txt'])
    expect(await readFile(path.join(hot.directory, '_returned', name!, 'box', file), 'utf8')).toBe('theirs')
})

test('nor are they removed with a batch that is let go of', async () => {
  await drop(
    'box',
    { 'a.jpg': page(), 'LISEZ-MOI.txt': Buffer.from('theirs') },
    {
      ...ofPatients({ 'a.jpg': 'SP-1' }),
      files: [{ name: 'a.jpg' }, { name: 'LISEZ-MOI.txt', pages: 1 }],
      expected: { folders: 0, documents: 2, pages: 2 },
    },
  )
  await through()
  await tend()
  expect((await lying()).filter((name) => name.endsWith('.txt'))).toContain('_returned/box/box/LISEZ-MOI.txt')
})

test('what is given back is for whoever the hot folder is for', async () => {
  await chmod(hot.directory, 0o2770)
  await drop('box', { 'a.jpg': page() }, { contract: 'UNKNOWN' })
  await tend()
  const [name] = await readdir(path.join(hot.directory, '_refused'))
  for (const place of ['_refused', path.join('_refused', name!)])
    expect((await stat(path.join(hot.directory, place))).mode & 0o7777).toBe(0o2770)
})

test('two folders of one name are both given back', async () => {
  for (const text of ['one', 'two']) {
    await drop('box', { 'a.jpg': [{ text }] }, { contract: 'UNKNOWN' })
    await tend()
  }
  expect(await readdir(path.join(hot.directory, '_refused'))).toHaveLength(2)
  expect((await lying()).filter((name) => name.endsWith('.jpg'))).toHaveLength(2)
})

test('a folder that changes while it is read is put back, beside another of its name', async () => {
  await drop('box', { 'a.jpg': page() })
  const changing: HotFolder = {
    ...hot.folder,
    async read(claim) {
      await mkdir(path.join(hot.directory, 'box'))
      await writeFile(path.join(hot.directory, 'box', 'new.jpg'), 'new')
      void claim
      throw new Failure('batch-changed-while-read')
    },
  }
  expect(await tend({ folder: changing })).toMatchObject({ postponed: 1 })
  expect((await lying()).filter((name) => name.endsWith('.jpg')).length).toBe(2)
  expect(await readdir(path.join(hot.directory, '.scelle', 'claimed'))).toEqual([])
})

test('a name of 255 bytes is claimed, answered and given back', async () => {
  const name = `${'é'.repeat(127)}x`
  await drop(name, { 'a.jpg': page() }, { contract: 'UNKNOWN' })
  expect(await tend()).toMatchObject({ givenBack: 1 })
  const [target] = await readdir(path.join(hot.directory, '_refused'))
  expect(existsSync(path.join(hot.directory, '_refused', target!, name, 'a.jpg'))).toBe(true)
})

test('names that are no UTF-8 are told, and given back as they are', async () => {
  await drop('box', { 'a.jpg': page() })
  const bytes = Buffer.concat([
    Buffer.from(path.join(hot.directory, 'box', 'caf')),
    Buffer.from([0xe9, 0x2e, 0x6a]),
  ])
  await writeFile(bytes, 'latin')
  expect(await tend()).toMatchObject({ givenBack: 1 })
  expect((await answer('_refused')).reasons).toMatchObject([{ code: 'file-name-not-utf8' }])
  const [target] = await readdir(path.join(hot.directory, '_refused'))
  const names = await readdir(path.join(hot.directory, '_refused', target!, 'box'), { encoding: 'buffer' })
  expect(names.some((name) => name.includes(0xe9))).toBe(true)
})

test('a folder whose name is no UTF-8 is a batch all the same, once nobody writes into it any more', async () => {
  await drop('aside', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
  const place = Buffer.concat([Buffer.from(`${hot.directory}/bo`), Buffer.from([0xee, 0x74])])
  const marker = Buffer.concat([place, Buffer.from('/.done')])
  await rename(path.join(hot.directory, 'aside'), place)
  await unlink(marker)
  await tend()
  expect(existsSync(place)).toBe(true)
  await writeFile(marker, '')
  await tend()
  expect(await tend()).toMatchObject({ claimed: 1, submitted: 1 })
  await hot.works.run()
  expect(await tend()).toMatchObject({ released: 1 })
})

test('links are never followed, and never removed with what they point at', async () => {
  const outside = path.join(hot.directory, '.outside')
  await writeFile(outside, 'outside')
  await drop('box', { 'a.jpg': page() })
  await symlink(outside, path.join(hot.directory, 'box', 'b.jpg'))
  expect(await tend()).toMatchObject({ givenBack: 1 })
  expect((await answer('_refused')).reasons).toMatchObject([{ code: 'batch-entry-not-a-file' }])
  expect(await readFile(outside, 'utf8')).toBe('outside')
})

test('a folder that cannot be let go of keeps no other waiting', async () => {
  await drop('one', { 'a.jpg': page() }, { contract: 'UNKNOWN' })
  await drop('two', { 'a.jpg': page() }, { contract: 'UNKNOWN' })
  const stuck: HotFolder = {
    ...hot.folder,
    giveBack: (claim, ...rest) =>
      claim.name === 'one' ? Promise.reject(new Error('EACCES')) : hot.folder.giveBack(claim, ...rest),
  }
  expect(await tend({ folder: stuck })).toMatchObject({ givenBack: 1, postponed: 1 })
})

test('a batch that was recorded under this claim meanwhile is no duplicate of itself', async () => {
  await drop('box', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
  const late = { organisationOf: async () => undefined }
  await tend(late)
  expect(await tend(late)).toMatchObject({ givenBack: 0, submitted: 1 })
  await hot.works.run()
  expect(await tend()).toMatchObject({ released: 1 })
})
