import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepTimestamps } from '../../../src/commands/keep-timestamps.ts'
import { verifyAllEvidence } from '../../../src/commands/verify-evidence.ts'
import type { AlgorithmEnds } from '../../../src/domain/algorithms.ts'
import { verifyToken } from '../../../src/domain/timestamps/verify-token.ts'
import { isInstalled } from '../../tools.ts'
import { openTimed, type Timed } from './timed.ts'

describe.skipIf(!isInstalled('openssl'))('the duty of trusted time', () => {
  let timed: Timed
  beforeAll(async () => {
    timed = await openTimed()
  })
  afterAll(() => timed?.close())

  const signal = new AbortController().signal
  const keep = (changes: Parameters<Timed['keeper']>[0] = {}) => keepTimestamps(timed.keeper(changes), signal)
  const verify = (ends: AlgorithmEnds = {}) =>
    verifyAllEvidence({ ...timed.keeper(), revocations: [], ends }, { withCopies: true, progress: () => {} })

  test('stamps heads and deposits that wait, and copies the tokens into the archive', async () => {
    await timed.addDeposit()
    await timed.database.owner.deleteFrom('timestamps_waiting').where('kind', '=', 'checkpoint').execute()
    const note = await timed.addCheckpoint(1)
    // The row that stands in a test's full organisation is no token.
    await sql`alter table timestamps disable trigger user; delete from timestamps; alter table timestamps enable trigger user`.execute(
      timed.database.owner,
    )
    expect((await timed.timestamps.tally()).waiting).toEqual({ checkpoint: 1, 'sealed-document': 1 })

    expect(await keep()).toEqual({ stamped: 2, renewed: 0, archived: 2, failed: {} })
    expect(await timed.timestamps.tally()).toMatchObject({
      stamped: { checkpoint: 1, 'sealed-document': 1 },
      waiting: { checkpoint: 0, 'sealed-document': 0 },
      ...{ waitingSince: null, unarchived: 0 },
    })
    const keys = await timed.copies()
    expect(keys).toHaveLength(2)
    const key = keys.find((one) => one.startsWith('timestamps/checkpoints/0000000000000001/1.'))!
    const token = await buffer(await timed.archive.get(key))
    const digest = createHash('sha256').update(note).digest()
    expect(await verifyToken(token, digest, timed.anchors, { at: timed.clock.now() })).toMatchObject({
      isGood: true,
    })
  })

  test('asks nothing twice', async () => {
    const { asked } = timed.state
    expect(await keep()).toEqual({ stamped: 0, renewed: 0, archived: 0, failed: {} })
    expect(timed.state.asked).toBe(asked)
  })

  test('lets what waits wait while the authority is away, and goes on when it is back', async () => {
    for (const size of [2, 3, 4]) await timed.addCheckpoint(size)
    timed.state.fault = 'away'
    const { stamped, failed } = await keep({ atOnce: 2 })
    expect([stamped, Object.keys(failed)]).toEqual([0, ['timestamp-away']])
    const { waiting, waitingSince } = await timed.timestamps.tally()
    expect(waiting.checkpoint).toBe(3)
    expect(waitingSince).not.toBeNull()

    timed.state.fault = undefined
    expect(await keep()).toEqual({ stamped: 3, renewed: 0, archived: 3, failed: {} })
  })

  test('has a second authority stand in for the first', async () => {
    await timed.addCheckpoint(5)
    timed.state.fault = 'garbage'
    expect(await keep({ authority: timed.authorityOf('one', 'two') })).toMatchObject({
      ...{ stamped: 1, failed: {} },
    })
    timed.state.fault = undefined
  })

  test('takes no token that is wrong, whatever its fault', async () => {
    await timed.addCheckpoint(6)
    for (const fault of ['wrong-nonce', 'other-data', 'expired-certificate', 'unknown-authority'] as const) {
      timed.state.fault = fault
      expect((await keep()).stamped, fault).toBe(0)
    }
    timed.state.fault = undefined
    expect((await keep()).stamped).toBe(1)
  })

  test('copies later what could not be copied, and keeps the token meanwhile', async () => {
    await timed.addCheckpoint(7)
    timed.s3.setFaults(({ key }) => (key.startsWith('timestamps/') ? { status: 403 } : undefined))
    const { stamped, archived, failed } = await keep()
    expect([stamped, archived, Object.keys(failed)]).toEqual([1, 0, ['storage-refused']])
    expect((await timed.timestamps.tally()).unarchived).toBe(1)
    timed.s3.setFaults()
    expect(await keep()).toMatchObject({ stamped: 0, archived: 1, failed: {} })
  })

  test('keeps one of two tokens that two clocks had made at once', async () => {
    await timed.addCheckpoint(8)
    const both = await Promise.all([keep(), keep()])
    expect(both.map(({ stamped }) => stamped).toSorted((a, b) => a - b)).toEqual([0, 1])
  })

  // What it finds where something was changed: every-kind-of-byte.test.ts.
  test('finds all of it right', async () => {
    expect(await verify()).toMatchObject({ subjects: 9, findings: [] })
  })

  test('refuses to change or delete a token', async () => {
    for (const change of [sql`delete from timestamps`, sql`update timestamps set authority = 'x'`])
      await expect(change.execute(timed.database.owner)).rejects.toThrow(/append-only/)
  })

  test('renews what rests on an algorithm that ends, and the new token covers the old one', async () => {
    const ends: AlgorithmEnds = { sha256: new Date(Date.now() - 172_800_000).toISOString().slice(0, 10) }
    // Tokens younger than a quarter of this are left alone.
    const seconds = (count: number) => count / 86_400
    expect(await keep({ ends, renewBeforeDays: 180 })).toMatchObject({ renewed: 0 })
    await sleep(2_100)
    // Each once, although the authority itself still signs with what has ended.
    expect(await keep({ ends, renewBeforeDays: seconds(4) })).toMatchObject({ renewed: 9, failed: {} })
    expect((await timed.timestamps.tally()).resting.map(({ tokens }) => tokens)).toEqual([9])
    const counts: number[] = []
    for await (const { tokens } of timed.timestamps.evidence()) counts.push(tokens.length)
    expect(counts).toEqual(Array(9).fill(2))
    expect(await verify()).toMatchObject({ subjects: 9, tokens: 18, copies: 18, findings: [] })
  })
})
