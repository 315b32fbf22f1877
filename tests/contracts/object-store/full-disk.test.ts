import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { mountDisk, whyNoDisks } from '../../faults/trials/disks.ts'
import { account, startServer } from './development-s3.ts'

/** Little enough to come in one piece. */
const content = randomBytes(40_000)
const described = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

const scratch = await mkdtemp(join(tmpdir(), 'scelle-disk-'))
const reason = await whyNoDisks(scratch)
if (reason) console.warn(`left out: the development server on a full disk: ${reason}`)

test.skipIf(reason)('an object that a full disk took only a part of is not there', async () => {
  const disk = await mountDisk(scratch)
  onTestFinished(async () => {
    await disk.remove()
    await rm(scratch, { recursive: true })
  })
  const server = await startServer({ directory: join(scratch, 's3') })
  onTestFinished(() => server.stop())
  const store = openBucket({
    ...{ endpoint: server.endpoint, region: 'eu-west-1', ...account, bucket: 'archive' },
    ...{ objectLock: false, forcePathStyle: true },
  })
  onTestFinished(() => store.close())
  await store.ensureBucket()
  // So that the line which says that there is an object finds room where the last one stands.
  await store.put('first', Buffer.from('first'), described(Buffer.from('first')))
  const filler = join(scratch, 'filler')
  await writeFile(filler, randomBytes(200_000))
  await disk.fill()
  // Room for the first part of it.
  await truncate(filler, 180_000)

  await expect(store.put('page', content, described(content))).rejects.toMatchObject({ code: 'storage-away' })
  expect(await store.head('page')).toBeUndefined()

  await disk.free()
  await store.put('page', content, described(content))
  expect(await buffer(await store.get('page'))).toEqual(content)
})
