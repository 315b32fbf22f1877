import { spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scelle-secrets-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await copyFile('deploy/make-secrets.sh', path.join(folder, 'make-secrets.sh'))
})

const make = (PATH = process.env['PATH']): number | null =>
  spawnSync('sh', [path.join(folder, 'make-secrets.sh')], { env: { ...process.env, PATH } }).status

/** Content by name. */
async function secrets(): Promise<Record<string, string>> {
  const place = path.join(folder, 'secrets')
  const names = (await readdir(place)).sort()
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(place, name), 'utf8')] as const),
    ),
  )
}

test('secrets that were drawn once stay, whatever is drawn again', async () => {
  expect(make()).toBe(0)
  const first = await secrets()
  expect(make()).toBe(0)
  expect(await secrets()).toEqual(first)
})

test('a drawing that fails leaves no password empty, then or later', async () => {
  const broken = path.join(folder, 'broken')
  await mkdir(broken)
  await writeFile(path.join(broken, 'od'), '#!/bin/sh\nexit 1\n')
  await chmod(path.join(broken, 'od'), 0o755)
  expect(make(`${broken}:${process.env['PATH']}`)).not.toBe(0)
  expect(make()).toBe(0)
  const drawn = await secrets()
  const passwords = ['owner', 'app', 'system', 'queue'].map((name) => drawn[`${name}-password`])
  for (const password of [...passwords, drawn['storage-key']]) expect(password).toMatch(/^[\da-f]{48}$/)
  expect(drawn['app-url']).toContain(`:${drawn['app-password']}@`)
})
