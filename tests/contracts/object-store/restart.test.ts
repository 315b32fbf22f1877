import { createHash } from 'node:crypto'
import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { account, startServer } from './development-s3.ts'

const content = Buffer.from('sealed')
const described = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }

function open(endpoint: string) {
  const store = openBucket({
    endpoint,
    region: 'eu-west-1',
    ...account,
    bucket: 'archive',
    objectLock: true,
    forcePathStyle: true,
  })
  onTestFinished(() => store.close())
  return store
}

test('the development server keeps objects, versions and locks over a restart, even a rough one', async () => {
  const first = await startServer()
  const before = open(first.endpoint)
  await before.ensureBucket()
  const retainUntil = new Date(Date.now() + 86_400_000)
  await before.put('kept', content, { ...described, retainUntil })
  await before.put('kept', content, { ...described, retainUntil })
  await before.put('gone', content, described)
  await before.destroy('gone')
  await first.stop()

  // What a crash leaves: a line cut short, bytes without a version.
  const bucket = join(first.directory, 'archive')
  await appendFile(join(bucket, 'journal'), '{"put":{"key":"half')
  await mkdir(join(bucket, 'bytes', 'ff'), { recursive: true })
  await writeFile(join(bucket, 'bytes', 'ff', 'ffff'), 'orphan')

  const second = await startServer({ directory: first.directory })
  onTestFinished(() => second.close())
  const after = open(second.endpoint)
  await after.ensureBucket()
  expect(await after.head('kept')).toMatchObject({ ...described, retainUntil })
  expect(await buffer(await after.get('kept'))).toEqual(content)
  expect(await after.head('gone')).toBeUndefined()
  await expect(after.destroy('kept')).rejects.toMatchObject({ code: 'storage-refused' })
  const versions = []
  for await (const version of after.versions('')) versions.push(version.key)
  expect(versions).toEqual(['kept', 'kept'])
  expect(await readdir(join(bucket, 'bytes', 'ff'))).toEqual([])
  await after.put('new', content, described)
  expect(await after.head('new')).toMatchObject(described)
})
