import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Escrow, escrowKeyFile, recoverKeyFile } from '../../../src/adapters/keys/escrow.ts'
import { createKeyFile, openLocalKeys } from '../../../src/adapters/keys/local-file.ts'
import { parseShare, shareLines } from '../../../src/adapters/keys/share-text.ts'
import { isInstalled } from '../../tools.ts'

const script = fileURLToPath(new URL('../../../docs/recover-master-key.py', import.meta.url))
let folder: string
let own: Escrow
let number = 0
const path = (name: string) => join(folder, name)
const madeOn = new Date('2026-11-22T10:00:00Z')
const out = () => path(`out-${++number}.json`)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scelle-escrow-'))
  createKeyFile(path('master.json'))
  await openLocalKeys(path('master.json')).makeEpoch(2)
  own = await escrowKeyFile(path('master.json'), { shares: 5, threshold: 3, madeOn })
})
afterAll(() => rmSync(folder, { recursive: true }))

const pick = (...indices: number[]) => indices.map((index) => own.shares[index - 1]!)
/** Only what a person would type again. */
const typed = (share: string) =>
  share
    .split('\n')
    .filter((line) => /^\d\d {2}/.test(line))
    .join('\n')

describe('shares of the master key', () => {
  test.each([
    [1, 2, 3],
    [5, 1, 4],
    [2, 4, 5],
    [1, 2, 3, 4, 5],
  ])('give back the very same file (%i, %i, %i …)', async (...indices) => {
    const file = out()
    const recovered = await recoverKeyFile(pick(...indices), file)
    expect(readFileSync(file).equals(readFileSync(path('master.json')))).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(recovered).toEqual({ epochs: [1, 2], digest: own.digest, wrong: [] })
    expect(own.digest).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'))
  })

  test('are read again from what was typed, in small letters, with I for 1 and O for 0', async () => {
    const file = out()
    const clumsy = pick(1, 2, 3).map((share) =>
      typed(share)
        .split('\n')
        .map(
          (line) => line.slice(0, 2) + line.slice(2).toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o'),
        )
        .join('\r\n'),
    )
    await recoverKeyFile(clumsy, file)
    expect(readFileSync(file).equals(readFileSync(path('master.json')))).toBe(true)
  })

  test('fewer than needed write nothing', async () => {
    const file = out()
    await expect(recoverKeyFile(pick(1, 2), file)).rejects.toMatchObject({
      code: 'shares-too-few',
      facts: { have: 2, need: 3 },
    })
    await expect(recoverKeyFile([], file)).rejects.toMatchObject({ code: 'shares-too-few' })
    expect(existsSync(file)).toBe(false)
  })

  test('with any letter mistyped are named, and the line with them', async () => {
    const [first, second, third] = pick(1, 2, 3) as [string, string, string]
    const lines = typed(second).split('\n')
    for (const [at, line] of lines.entries()) {
      for (let column = 4; column < line.length; column++) {
        if (line[column] === ' ') continue
        const other = line[column] === 'A' ? 'B' : 'A'
        const changed = lines.with(at, line.slice(0, column) + other + line.slice(column + 1)).join('\n')
        await expect(recoverKeyFile([first, changed, third], out())).rejects.toMatchObject({
          code: 'share-invalid',
          facts: { share: 2, reason: 'line-damaged', line: at + 1 },
        })
      }
    }
  })

  test.each<[string, (lines: string[]) => string[], object]>([
    ['without a line', (lines) => lines.toSpliced(1, 1), { reason: 'line-missing', line: 2 }],
    ['with two lines exchanged', ([a, b, ...rest]) => [b!, a!, ...rest], { reason: 'line-missing', line: 1 }],
    ['without their last line', (lines) => lines.slice(0, -1), { reason: 'incomplete' }],
    ['that are something else', () => ['Bonjour'], { reason: 'not-a-share' }],
  ])('%s are named', async (_, change, facts) => {
    const [first, second, third] = pick(1, 2, 3) as [string, string, string]
    const changed = change(typed(third).split('\n')).join('\n')
    await expect(recoverKeyFile([first, second, changed], out())).rejects.toMatchObject({
      code: 'share-invalid',
      facts: { share: 3, ...facts },
    })
  })

  test.skipIf(!isInstalled('python3'))('are understood without our programs', () => {
    const files = [5, 2, 3].map((index) => path(`share-${index}.txt`))
    for (const [at, index] of [5, 2, 3].entries()) writeFileSync(files[at]!, pick(index)[0]!)
    const recovered = execFileSync('python3', [script, ...files])
    expect(recovered.equals(readFileSync(path('master.json')))).toBe(true)
  })

  test('of another set are named, wherever they stand', async () => {
    const other = await escrowKeyFile(path('master.json'), { shares: 5, threshold: 3, madeOn })
    const foreign = other.shares[0]!
    for (const position of [1, 2, 3]) {
      const shares = pick(2, 3).toSpliced(position - 1, 0, foreign)
      await expect(recoverKeyFile(shares, out())).rejects.toMatchObject({
        code: 'share-invalid',
        facts: { share: position, reason: 'other-set' },
      })
    }
  })

  test('changed by someone who made them look whole are named when there is one to spare', async () => {
    const share = parseShare(pick(2)[0]!, 1)
    const value = Buffer.from(share.value)
    value[5]! ^= 1
    const forged = shareLines({ ...share, value }).join('\n')
    const [first, third, fourth] = pick(1, 3, 4) as [string, string, string]
    await expect(recoverKeyFile([first, forged, third], out())).rejects.toMatchObject({
      code: 'shares-disagree',
    })
    const file = out()
    const recovered = await recoverKeyFile([first, forged, third, fourth], file)
    expect(recovered.wrong).toEqual([2])
    expect(readFileSync(file).equals(readFileSync(path('master.json')))).toBe(true)
  })

  test('that are one and the same count once', async () => {
    await expect(recoverKeyFile(pick(1, 2, 1), out())).rejects.toMatchObject({
      code: 'share-invalid',
      facts: { share: 3, reason: 'twice' },
    })
  })

  test('never replace a key file', async () => {
    await expect(recoverKeyFile(pick(1, 2, 3), path('master.json'))).rejects.toMatchObject({
      code: 'already-registered',
    })
  })

  test('two suffice where two were asked for, and one alone holds nothing of the keys', async () => {
    const two = await escrowKeyFile(path('master.json'), { shares: 2, threshold: 2, madeOn })
    const file = out()
    await recoverKeyFile(two.shares, file)
    expect(readFileSync(file).equals(readFileSync(path('master.json')))).toBe(true)
  })
})
