import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../object-store/development-s3.ts'
import { newBatch, openTestStaging } from './staging-contract.ts'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
afterEach(() => server.setFaults())

const page = Buffer.from('page of a medical file')
const damaged = { code: 'staged-object-damaged' }

describe('staging on a storage that damages what it gives', () => {
  test('never gives out a page that was damaged on its way', async () => {
    const { staging } = await openTestStaging(server)
    const batch = newBatch()
    const staged = await staging.put(batch, page)
    server.setFaults(({ operation }) => (operation === 'GetObject' ? 'wrong-checksum' : undefined))
    await expect(staging.read(batch, staged)).rejects.toMatchObject(damaged)
    await expect(staging.stream(batch, staged).then(buffer)).rejects.toMatchObject(damaged)
    await expect(staging.open(batch, staged)).rejects.toMatchObject(damaged)
    server.setFaults()
    expect(await staging.read(batch, staged)).toEqual(page)
  })

  test('reads a part again that was damaged on its way, when it is asked again', async () => {
    const { staging } = await openTestStaging(server)
    const batch = newBatch()
    const content = randomBytes(3_000_000)
    const ranges = await staging.open(batch, await staging.put(batch, content))
    server.setFaults(({ operation }) => (operation === 'GetObject' ? 'wrong-checksum' : undefined))
    await expect(ranges.read(2_000_000, 9)).rejects.toMatchObject(damaged)
    server.setFaults()
    expect(await ranges.read(2_000_000, 9)).toEqual(content.subarray(2_000_000, 2_000_009))
  })

  test('holds the parts that were read last, and asks for no more than it needs', async () => {
    const { staging } = await openTestStaging(server)
    const batch = newBatch()
    const ranges = await staging.open(batch, await staging.put(batch, randomBytes(20_000_000)))
    let asked = 0
    server.setFaults(({ operation }) => void (operation === 'GetObject' && asked++))
    for (let turn = 0; turn < 100; turn++) await ranges.read((turn % 6) * 1_000, 500)
    expect(asked).toBe(1)
    for (let at = 0; at < 20_000_000; at += 1_000_000) await ranges.read(at, 10)
    await ranges.read(0, 10)
    expect(asked).toBe(20)
  })
})
