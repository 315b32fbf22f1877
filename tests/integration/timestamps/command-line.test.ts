import { copyFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SettingsInput } from '../../../src/settings/settings.ts'
import { isInstalled } from '../../tools.ts'
import { type CommandLine, prepareCommandLine } from '../cli/command-line.ts'
import { openTimed, type Timed } from './timed.ts'

describe.skipIf(!isInstalled('openssl'))('scelle evidence', () => {
  let timed: Timed
  let line: CommandLine
  beforeAll(async () => {
    timed = await openTimed()
    line = await prepareCommandLine()
  })
  afterAll(async () => {
    await line?.stop()
    await timed?.close()
  })

  const configure = async (timestamps: SettingsInput['timestamps']) => {
    const settings = JSON.parse(await readFile(line.configFile, 'utf8')) as SettingsInput
    await writeFile(line.configFile, JSON.stringify({ ...settings, timestamps }))
  }
  const authority = (anchors: string) => ({ authorities: [{ name: 'one', url: timed.first.url, anchors }] })

  test('says plainly that nobody answers for times where no authority is configured', async () => {
    expect((await line.ask(['evidence', 'status'])).json()).toMatchObject({ configured: false, resting: [] })
    const { out, exit } = await line.scelle(['--lang', 'en', 'evidence', 'status'])
    expect(exit).toBe(0)
    expect(out).toContain('No timestamp authority is configured')
  })

  test('counts what waits, and finds the files of anchors beside the configuration', async () => {
    await copyFile(timed.first.anchorFile, path.join(line.directory, 'authority.pem'))
    await configure(authority('authority.pem'))
    const note = await timed.addCheckpoint(1)
    await line.database.system
      .insertInto('ledger_checkpoints')
      .values({
        ...{ size: 1, root: Buffer.alloc(32), note, frontier: [] },
        at: new Date(),
        archived_at: null,
      })
      .execute()
    expect((await line.ask(['evidence', 'status'])).json()).toMatchObject({
      ...{ configured: true, waiting: { checkpoint: 1 }, stamped: { checkpoint: 0 } },
      waitingSince: expect.any(String),
    })
    expect((await line.ask(['evidence', 'verify'])).json()).toMatchObject({ verified: true, tokens: 0 })
  })

  test('names the setting whose file holds no certificate', async () => {
    await configure(authority('scelle.json'))
    const { exit, out } = await line.ask(['evidence', 'verify'])
    expect(exit).toBe(2)
    expect(out).toContain('timestamps.authorities.0.anchors: no-certificate')
  })
})
