import { spawn } from 'node:child_process'
import { getEventListeners, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Confinement, confine, type Task } from '../../../src/adapters/confinement/confinement.ts'
import type { ParsingLimits } from '../../../src/adapters/confinement/limits.ts'
import { confinedExaminer, confinedSplitter } from '../../../src/adapters/confinement/ports.ts'
import { collectGarbage } from '../../garbage.ts'
import { limitsOf } from './reading.ts'
import { rangesOf } from '../../ranges.ts'

const opened: Confinement[] = []
afterEach(() => {
  for (const confinement of opened.splice(0)) confinement.close()
})

function open(limits: Partial<ParsingLimits> = {}): Confinement {
  const confinement = confine(limitsOf({ secondsPerPage: 30, ...limits }))
  opened.push(confinement)
  return confinement
}

/** A module of one function, written here. */
const task = (body: string, kind: 'async' | 'async *' = 'async'): Task => ({
  module: `data:text/javascript,${encodeURIComponent(
    `export ${kind === 'async' ? 'async function' : 'async function*'} it(bytes, options) { ${body} }`,
  )}`,
  name: 'it',
})
const file = Buffer.from('a file')
const echo = task('return { plain: options, bytes }')
const never = new AbortController().signal

async function all(confinement: Confinement, work: Task, signal = never): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const { plain } of confinement.run(work, file, {}, signal)) found.push(plain)
  return found
}

/** What has ended may still stand in the list of processes, as a zombie (Z). */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

async function untilGone(pid: number, seconds: number): Promise<void> {
  for (let left = seconds * 20; isAlive(pid) && left > 0; left--) await sleep(50)
  expect(isAlive(pid)).toBe(false)
}

describe('what reads files from outside', () => {
  test('gets and gives bytes and plain words, and one process serves many files', async () => {
    const confinement = open()
    for (const length of [0, 1, 70_000, 5_000_000]) {
      const bytes = Buffer.alloc(length, 7)
      const answer = await confinement.once(echo, bytes, { length })
      expect(answer.plain).toEqual({ length })
      expect(answer.bytes.equals(bytes)).toBe(true)
    }
    expect(confinement.seen.started).toBe(1)
  })

  test('keeps nothing of a file here once it is read, be it read well or not, nor listens on', async () => {
    const confinement = open()
    const kept: WeakRef<object>[] = []
    const read = async (work: Task): Promise<void> => {
      const bytes = Buffer.alloc(100_000, 7)
      kept.push(new WeakRef(bytes.buffer))
      for await (const answer of confinement.run(work, bytes, {}, never)) kept.push(new WeakRef(answer))
    }
    await read(echo)
    await read(task('throw new Error()')).catch(() => undefined)
    await collectGarbage()
    expect(kept.map((one) => one.deref())).toEqual([undefined, undefined, undefined])
    expect(getEventListeners(never, 'abort')).toEqual([])
  })

  test('has nothing of our environment', async () => {
    process.env['SCELLE_TEST_SECRET'] = 'secret'
    const { plain } = await open().once(task('return { plain: process.env }'), file, {})
    delete process.env['SCELLE_TEST_SECRET']
    expect(Object.keys(plain as object).sort()).toEqual(
      expect.arrayContaining(['VIPS_BLOCK_UNTRUSTED', 'VIPS_DISC_THRESHOLD']),
    )
    expect(JSON.stringify(plain)).not.toContain('secret')
    expect(Object.keys(plain as object)).not.toContain('PATH_TO_KEYS')
    expect(Object.keys(plain as object).length).toBeLessThanOrEqual(5)
  })

  test.each([
    [
      'read files that are none of its business',
      "await import('node:fs').then((fs) => fs.readFileSync('/etc/passwd'))",
    ],
    ['write files', "await import('node:fs').then((fs) => fs.writeFileSync('/tmp/scelle-probe', 'x'))"],
    ['start programs', "await import('node:child_process').then((c) => c.execFileSync('/bin/true'))"],
    ['fetch', "await fetch('http://127.0.0.1:9/')"],
  ])('may not %s', async (_, attempt) => {
    const work = task(
      `try { ${attempt}; return { plain: 'done' } } catch (e) { return { plain: e.code ?? e.message } }`,
    )
    const { plain } = await open().once(work, file, {})
    expect(plain).toMatch(/^(ERR_ACCESS_DENIED|offline)$/)
  })

  test('is bounded by the system too: no core, no file, so much memory', async () => {
    const confinement = open({ memoryMegabytes: 512 })
    await confinement.once(echo, file, {})
    const limits = await readFile(`/proc/${confinement.seen.pids[0]}/limits`, 'utf8')
    const soft = (name: string) => new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(limits)?.[1]
    expect(soft('Max core file size')).toBe('0')
    expect(soft('Max file size')).toBe('0')
    expect(soft('Max data size')).toBe(String(1024 * 2 ** 20))
  })

  test('says nothing on our output, whatever it prints', async () => {
    const work = task("console.error('medical'); process.stdout.write('medical'); return { plain: 1 }")
    expect((await open().once(work, file, {})).plain).toBe(1)
  })
})

describe('a file that costs too much', () => {
  test('of time is refused, and the next is read by a new process', async () => {
    const confinement = open({ secondsPerPage: 4 })
    await confinement.once(echo, file, {})
    await expect(confinement.once(task('for (;;) {}'), file, {})).rejects.toMatchObject({
      code: 'file-too-costly',
      facts: { cost: 'seconds', limit: 4 },
    })
    await untilGone(confinement.seen.pids[0]!, 2)
  })

  test('of memory is refused, and no more than that was ever held', async () => {
    const confinement = open({ memoryMegabytes: 600 })
    const grow = task(
      'const held = []; for (;;) { held.push(Buffer.alloc(8 << 20, 1)); await new Promise(setImmediate) }',
    )
    await expect(confinement.once(grow, file, {})).rejects.toMatchObject({
      code: 'file-too-costly',
      facts: { cost: 'memory', limit: 600 },
    })
    console.log(`peak ${Math.round(confinement.seen.peak / 2 ** 20)} MB of 600 MB`)
    expect(confinement.seen.peak).toBeLessThanOrEqual(600 * 2 ** 20)
    expect((await confinement.once(echo, file, { still: 'here' })).plain).toEqual({ still: 'here' })
  })

  test('of output is refused, all pages together or one alone', async () => {
    const pages = task('for (;;) yield { plain: 1, bytes: new Uint8Array(1 << 20) }', 'async *')
    const page = task('return { plain: 1, bytes: new Uint8Array(3 << 20) }')
    const wanted = { code: 'file-too-costly', facts: { cost: 'output' } }
    await expect(all(open({ outputMegabytes: 3 }), pages)).rejects.toMatchObject(wanted)
    await expect(open({ pageMegabytes: 2 }).once(page, file, {})).rejects.toMatchObject(wanted)
  })

  test('by its own size is refused before any process sees it', async () => {
    const confinement = open({ inputMegabytes: 1 })
    await expect(confinement.once(echo, Buffer.alloc(2 << 20), {})).rejects.toMatchObject({
      code: 'file-too-large',
    })
    expect(confinement.seen.started).toBe(0)
  })
})

describe('the death of a process', () => {
  test('by a kill from outside costs the file nothing', async () => {
    const confinement = open()
    const work = task(
      'for (let page = 1; page <= 4; page++) { await new Promise((r) => setTimeout(r, 200)); yield { plain: page } }',
      'async *',
    )
    const found: unknown[] = []
    for await (const { plain } of confinement.run(work, file, {}, never)) {
      found.push(plain)
      if (found.length === 2) process.kill(confinement.seen.pids[0]!, 'SIGKILL')
    }
    expect(found).toEqual([1, 2, 3, 4])
    expect(confinement.seen.started).toBe(2)
  })

  test('by a kill from outside costs the file nothing, though a good part of the memory was in use', async () => {
    const confinement = open({ memoryMegabytes: 512 })
    const hungry = task(
      'const held = Buffer.alloc(150 << 20, 1); yield { plain: 1 }; yield { plain: held[0] + 1 }',
      'async *',
    )
    const found: unknown[] = []
    for await (const { plain } of confinement.run(hungry, file, {}, never)) {
      found.push(plain)
      if (found.length === 1) process.kill(confinement.seen.pids[0]!, 'SIGKILL')
    }
    expect(found).toEqual([1, 2])
  })

  test('together with all others that there are costs the file nothing', async () => {
    const confinement = open({ processes: 2 })
    const slow = task('await new Promise((r) => setTimeout(r, 300)); return { plain: 1 }')
    await Promise.all([1, 2].map(() => confinement.once(slow, file, {})))
    const reading = confinement.once(slow, file, {})
    await sleep(100)
    for (const pid of confinement.seen.pids) process.kill(pid, 'SIGKILL')
    expect((await reading).plain).toBe(1)
  })

  test('of the same file twice makes it unreadable, and this process lives on', async () => {
    const confinement = open()
    await expect(all(confinement, task('process.abort()'))).rejects.toMatchObject({ code: 'file-unreadable' })
    // Two that died of it, and one to show that it was not our fault.
    expect(confinement.seen.started).toBe(3)
    expect((await confinement.once(echo, file, { a: 1 })).plain).toEqual({ a: 1 })
  })

  test('is ordered by a signal, at once', async () => {
    const confinement = open()
    await confinement.once(echo, file, {})
    const stop = new AbortController()
    const reading = all(confinement, task('for (;;) {}'), stop.signal)
    setTimeout(() => stop.abort(), 100)
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await untilGone(confinement.seen.pids[0]!, 2)
  })
})

describe('the death of the parent, by a kill that it cannot answer, ends a process', () => {
  const sharp = import.meta.resolve('sharp')
  const wasm = Buffer.from('AGFzbQEAAAABBAFgAAADAgEABwUBAWYAAAoJAQcAA0AMAAsL', 'base64')
  const busy: Record<string, string> = {
    'that turns in circles': 'for (;;) {}',
    'in a WebAssembly that does': `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${wasm.join(',')}]))).exports.f()`,
    'in a regular expression': "/^(a+)+$/.test(`${'a'.repeat(60)}b`)",
    'that sleeps in its thread': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
    // An orderly exit would wait for these, with its guard already ended.
    'whose threads work on an image': `
      const { default: sharp } = await import(${JSON.stringify(sharp)})
      await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#888' } }).median(61).toBuffer()`,
  }
  const room = new URL('../../../src/adapters/confinement/', import.meta.url).href

  /** Starts a parent that starts a process, kills the parent, and waits for the end of the process. */
  async function orphan(program: string): Promise<'gone'> {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const child = Number(line.toString())
    expect(isAlive(child)).toBe(true)
    parent.kill('SIGKILL')
    await untilGone(child, 2)
    return 'gone'
  }

  test.each(Object.entries(busy))('%s', async (_, body) => {
    expect(
      await orphan(`
      const { confine } = await import('${room}confinement.ts')
      const confinement = confine(${JSON.stringify(limitsOf({ secondsPerPage: 600, secondsPerFile: 600 }))})
      await confinement.once(${JSON.stringify(echo)}, Buffer.alloc(1), {})
      confinement.once(${JSON.stringify(task(body))}, Buffer.alloc(1), {}).catch(() => {})
      setTimeout(() => console.log(confinement.seen.pids[0]), 500)`),
    ).toBe('gone')
  })

  test('that has only just been started', async () => {
    expect(
      await orphan(`
      const { confine } = await import('${room}confinement.ts')
      const confinement = confine(${JSON.stringify(limitsOf())})
      confinement.once(${JSON.stringify(task(busy['that turns in circles']!))}, Buffer.alloc(1), {}).catch(() => {})
      setTimeout(() => console.log(confinement.seen.pids[0]), 50)`),
    ).toBe('gone')
  })

  test.each(Object.entries(busy))('where the system does not do it for us: %s', async (_, body) => {
    expect(
      await orphan(`
      const { frameOf } = await import('${room}frames.ts')
      const { spawn } = await import('node:child_process')
      const { fileURLToPath } = await import('node:url')
      const child = spawn(process.execPath, [fileURLToPath('${room}child.ts'), String(process.pid)], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        detached: true,
      })
      const [echo, spin] = ${JSON.stringify([echo, task(body)])}.map((work) => ({ ...work, options: {} }))
      for (const part of frameOf(echo, Buffer.alloc(1))) child.stdio[3].write(part)
      child.stdio[3].once('data', () => {
        for (const part of frameOf(spin, Buffer.alloc(1))) child.stdio[3].write(part)
        setTimeout(() => console.log(child.pid), 500)
      })`),
    ).toBe('gone')
  })
})

describe('what is wrong with us is blamed on no file', () => {
  const broken = { code: 'reader-broken', retry: 'later' }
  const unfit = (fails: string): Task => ({
    module: `data:text/javascript,${encodeURIComponent(
      `export async function it() { ${fails} }; export async function prove() { ${fails} }`,
    )}`,
    name: 'it',
  })

  test.each([
    ['a library that fails', unfit("throw new Error('no WebAssembly')")],
    ['a library that takes the process with it', unfit('process.abort()')],
    ['a module that is not there', { module: 'file:///nowhere/images/confined.ts', name: 'it' }],
  ])('%s', async (_, work) => {
    const confinement = open()
    await expect(confinement.once(work, file, {})).rejects.toMatchObject(broken)
    await expect(confinement.prove([work.module])).rejects.toMatchObject(broken)
  })

  test('while our own file is read, a file that is not is to blame', async () => {
    const confinement = open()
    const work = task("throw new Error('bad file')")
    await confinement.prove([work.module])
    await expect(confinement.once(work, file, {})).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  test('every reader that we have proves itself, also where its libraries are behind a link', async () => {
    const root = new URL('../../../', import.meta.url)
    const place = await mkdtemp(path.join(tmpdir(), 'scelle-linked-'))
    onTestFinished(() => rm(place, { recursive: true }))
    await cp(new URL('src', root), path.join(place, 'src'), { recursive: true })
    await cp(new URL('package.json', root), path.join(place, 'package.json'))
    await symlink(fileURLToPath(new URL('node_modules', root)), path.join(place, 'node_modules'))
    const at = (name: string) => pathToFileURL(path.join(place, 'src/adapters', name)).href
    const { confine: confineThere } = (await import(/* @vite-ignore */ at('confinement/confinement.ts'))) as {
      confine: typeof confine
    }
    const confinement = confineThere(limitsOf({ secondsPerPage: 60, secondsPerFile: 120 }))
    opened.push(confinement)
    await confinement.prove(['splitting', 'images', 'barcodes'].map((name) => at(`${name}/confined.ts`)))
    expect(confinement.seen.started).toBe(1)
  })
})

describe('what a confined process says', () => {
  const saying = (plain: unknown): Task => task(`return { plain: ${JSON.stringify(plain)} }`)

  test('is checked: facts of a page that cannot be are none', async () => {
    const examiner = confinedExaminer(open(), saying({ mediaType: 'image/png', width: -1 }))
    await expect(examiner.examine(file, 'image/png', 300)).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  test('is checked: pages come in order, with their bytes, and no more than allowed', async () => {
    const confinement = open({ maxPages: 2 })
    const page =
      '{ plain: { number: options.from + n, mediaType: "image/png", dpi: 300, width: 9, height: 9 }, bytes: bytes.read(0, 4) }'
    const pages = (from: number) =>
      task(`options.from = ${from}; for (let n = 0; ; n++) yield ${page}`, 'async *')
    const split = async (from: number) => {
      const limits = limitsOf({ maxPages: 2 })
      for await (const _ of confinedSplitter(confinement, pages(from), limits).split(
        rangesOf(file),
        'pdf',
        never,
      ));
    }
    await expect(split(2)).rejects.toMatchObject({ code: 'file-unreadable' })
    await expect(split(1)).rejects.toMatchObject({ code: 'file-too-large', facts: { limit: 2 } })
  })

  test.each([
    ['a code that is none of a file', "{ name: 'Failure', code: 'key-destroyed' }"],
    ['words in place of a failure', "'the patient is'"],
    ['an unknown kind of error', "new TypeError('NIR 1 85 05')"],
  ])('when it fails passes as a code of files only: %s', async (_, thrown) => {
    const failed = await open()
      .once(task(`throw ${thrown}`), file, {})
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'file-unreadable', facts: {} })
    expect(String(failed)).toBe('Failure: file-unreadable')
  })
})

test('files wait for a process that is free, and as many are read at once as there may be processes', async () => {
  const slow = task('await new Promise((r) => setTimeout(r, 50)); return { plain: 1 }')
  const confinement = open({ processes: 2 })
  await Promise.all(Array.from({ length: 6 }, () => confinement.once(slow, file, {})))
  expect(confinement.seen.started).toBe(2)
})
