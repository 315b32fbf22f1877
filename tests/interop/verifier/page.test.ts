import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildVerifier } from '../../../scripts/verifier.ts'
import { type BadProof, badProofs } from '../../proof/bad-proofs.ts'
import { aLog, aProof, type Log } from '../../proof/a-proof.ts'
import { isInstalled } from '../../tools.ts'

describe.skipIf(!isInstalled('chromium'))('the verifier page, from a disk, without a network', () => {
  let [folder, browser, page, log]: [string, Browser, Page, Log] = [] as never
  const asked: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'scelle-verifier-'))
    await writeFile(path.join(folder, 'verifier.html'), await buildVerifier())
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
    const context = await browser.newContext({ locale: 'fr-FR', offline: true })
    page = await context.newPage()
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => asked.push(`error: ${error.message}`))
    await page.goto(pathToFileURL(path.join(folder, 'verifier.html')).href)
    log = await aLog()
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true })
  })

  const drop = async (
    files: { name: string; bytes: Uint8Array }[],
  ): Promise<{ verdict: string; text: string }> => {
    await page.evaluate("document.getElementById('result').replaceChildren()")
    await page.setInputFiles(
      '#file',
      files.map(({ name, bytes }) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(bytes),
      })),
    )
    const banner = page.locator('[data-verdict]')
    await banner.waitFor()
    return {
      verdict: (await banner.getAttribute('data-verdict'))!,
      text: await page.locator('#result').innerText(),
    }
  }

  test('calls a good proof coherent, and proven once the key was pasted', async () => {
    const proof = { name: 'preuve.zip', bytes: await aProof(log) }
    expect(await drop([proof])).toMatchObject({ verdict: 'coherent' })
    await page.locator('summary').click()
    await page.fill('#ledger-keys', log.key)
    const { verdict, text } = await drop([proof])
    expect(verdict).toBe('proven')
    expect(text).toContain('RELEVÉ DE VALEUR PROBANTE')
  })

  test('tells a document that no proven entry names', async () => {
    await page.fill('#ledger-keys', '')
    const { text } = await drop([{ name: 'autre.pdf', bytes: Buffer.from('%PDF-') }])
    expect(text).toContain('aucune entrée prouvée ne porte son empreinte')
  })

  test('says of every bad proof what is wrong and where', async () => {
    const seen: Record<string, string> = {}
    const bad: BadProof[] = (await badProofs()).filter(({ code }) => code !== 'file-invalid')
    for (const { name, make, trust, path: where } of bad) {
      await page.fill('#ledger-keys', trust?.ledgerKeys[0] ?? '')
      await page.setInputFiles(
        '#kept',
        (trust?.kept ?? []).map((note) => ({
          ...{ name: 'checkpoint', mimeType: 'text/plain', buffer: Buffer.from(note) },
        })),
      )
      const { verdict, text } = await drop([{ name: 'preuve.zip', bytes: await make() }])
      if (verdict !== 'faulty' || !text.includes(where ?? '')) seen[name] = text
    }
    expect(bad.length).toBeGreaterThanOrEqual(10)
    expect(seen).toEqual({})
  })

  test('asked for nothing but itself, and nothing of it failed', () => {
    expect(asked).toEqual([pathToFileURL(path.join(folder, 'verifier.html')).href])
  })
})
