import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { openStorageTrial } from '../../../src/adapters/s3/probe.ts'
import { type ProbeReport, probeStorage } from '../../../src/commands/probe-storage.ts'
import type { Lack } from '../../../src/devstack/s3/lacks.ts'
import type { StorageUse } from '../../../src/domain/storage.ts'
import { hasRadosgw, startRadosgw } from '../../ceph.ts'
import { account, startServer } from './development-s3.ts'

type Place = { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string }
type More = {
  use?: StorageUse
  objectLock?: boolean
  clock?: { now(): Date }
  pause?: (milliseconds: number) => Promise<unknown>
}

async function bucketAt({ endpoint, region, accessKeyId, secretAccessKey }: Place, objectLock = true) {
  const at = { endpoint, region, accessKeyId, secretAccessKey, bucket: `probed-${randomUUID()}` }
  const options = { ...at, forcePathStyle: true, objectLock, patience: { connect: 500, attempts: 1 } }
  const store = openBucket(options)
  onTestFinished(() => store.close())
  await store.ensureBucket()
  return { options, store }
}

async function probe(place: Place, more: More = {}) {
  const { options, store } = await bucketAt(place, more.objectLock)
  const trial = openStorageTrial(options)
  onTestFinished(() => trial.close())
  const report = await probeStorage(more.use ?? 'archive', {
    trial,
    clock: more.clock ?? { now: () => new Date() },
    pause: async (milliseconds) => void (await (more.pause ?? sleep)(milliseconds)),
    lockMs: 4_000,
  })
  const left = []
  for await (const one of store.versions('')) left.push(one)
  return { report, left }
}

/** A development server whose time is moved on instead of waited for. */
async function probeDevelopment(lacks: readonly Lack[] = [], more: More = {}) {
  const server = await startServer({ lacks })
  onTestFinished(() => server.close())
  let ahead = 0
  const pause = async (milliseconds: number) => {
    ahead += milliseconds
    await server.letTimePass(milliseconds)
  }
  const clock = { now: () => new Date(Date.now() + ahead) }
  return probe({ ...server, ...account }, { clock, pause, ...more })
}

const allBut = (others: Record<string, string>) => ({ everything: 'yes', ...others })
/** What was seen, the features that are as they should be left out. */
const seen = ({ features }: ProbeReport) => ({
  everything: 'yes',
  ...Object.fromEntries(features.flatMap(({ feature, seen }) => (seen === 'yes' ? [] : [[feature, seen]]))),
})

describe('probing a storage', () => {
  test('sees that the development server does everything, and leaves nothing behind', async () => {
    const { report, left } = await probeDevelopment()
    expect(seen(report)).toEqual(allBut({}))
    expect(report).toMatchObject({ fit: 'yes', left: 0 })
    expect(left).toEqual([])
  })

  test('finds out a storage that says yes to locks and keeps none', async () => {
    const { report, left } = await probeDevelopment(['locks'])
    expect(seen(report)).toEqual(
      allBut({
        'object-lock': 'no',
        'lock-lengthened': 'no',
        'lock-not-shortened': 'no',
        'deletion-refused': 'no',
        'legal-hold': 'no',
        'lock-of-parts': 'no',
      }),
    )
    expect(report.fit).toBe('no')
    expect(left).toEqual([])
  })

  test('tells what a bucket without Object Lock lacks, and that it may hold the staging', async () => {
    const { report } = await probeDevelopment([], { objectLock: false })
    expect(seen(report)).toMatchObject({
      versioning: 'no',
      'object-lock': 'no',
      'deletion-refused': 'unknown',
    })
    expect(report.fit).toBe('no')
    const staging = await probeDevelopment([], { objectLock: false, use: 'staging' })
    expect(seen(staging.report)).toEqual(allBut({}))
    expect(staging.report.fit).toBe('yes')
  })

  test('tells what is ignored, and made good by Scellé', async () => {
    const { report } = await probeDevelopment(['conditions', 'locks-of-parts'])
    expect(seen(report)).toEqual(allBut({ 'conditional-put': 'no', 'lock-of-parts': 'no' }))
    expect(report.fit).toBe('yes')
  })

  test('tells that a storage is not there, or does not let us in', async () => {
    const server = await startServer()
    onTestFinished(() => server.close())
    const { options } = await bucketAt({ ...server, ...account })
    const probing = async (change: Partial<typeof options>) => {
      const trial = openStorageTrial({ ...options, ...change })
      onTestFinished(() => trial.close())
      const clock = { now: () => new Date() }
      const report = await probeStorage('archive', { trial, clock, pause: async () => {}, lockMs: 1_000 })
      return report
    }
    for (const change of [
      { endpoint: 'http://127.0.0.1:9' },
      { bucket: 'missing' },
      { secretAccessKey: 'wrong' },
    ]) {
      const report = await probing(change)
      expect(report.fit).toBe('no')
      expect(report.features[0]).toMatchObject({ feature: 'reachable', seen: 'no' })
    }
  })
})

describe.runIf(hasRadosgw('probing a real Ceph'))('probing Ceph RGW 16', () => {
  test('sees exactly what it is known to lack', async () => {
    const ceph = await startRadosgw()
    onTestFinished(() => ceph.stop())
    const { report, left } = await probe(ceph)
    expect(seen(report)).toEqual(allBut({ 'conditional-put': 'no', checksum: 'no', 'lock-of-parts': 'no' }))
    expect(report).toMatchObject({ fit: 'yes', left: 0 })
    expect(left).toEqual([])
  })
})
