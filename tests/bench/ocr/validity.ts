import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { missingForPreflight, preflightProgram } from '../../preflight.ts'
import { isInstalled } from '../../tools.ts'
import type { OurRun } from './ours.ts'
import { normalised, scoreOf, summed } from './scoring.ts'

/** What others say of our PDF files. */
export type Validity = {
  readonly files: number
  /** PDFBox Preflight, PDF/A-1b; undefined: not installed. */
  readonly invalid?: readonly string[]
  /** Files that qpdf says anything of. */
  readonly faulty?: readonly string[]
  /** How far the words that poppler gives, in its order, are from those that were recognised, in ours. */
  readonly order?: {
    readonly plain: Order
    readonly layout: Order
  }
}
export type Order = {
  /** Share of words; those that poppler joins or parts included. */
  readonly wordErrors: number
  readonly pages: number
  /** Pages whose letters come in another order, white space left aside. */
  readonly otherPages: readonly string[]
}

const run = promisify(execFile)
const large = { maxBuffer: 64 * 2 ** 20 }

/** With -layout, what stands side by side comes side by side: pages in two columns are left out there. */
export async function validityOf(
  { documents, texts }: OurRun,
  isInColumns: (id: string) => boolean,
): Promise<Validity> {
  const files = documents.map(({ file }) => path.resolve(file))
  const invalid = await invalidFiles(files)
  return {
    files: files.length,
    ...(invalid && { invalid }),
    ...(isInstalled('qpdf') && { faulty: await faultyFiles(files) }),
    ...(isInstalled('pdftotext') && {
      order: {
        plain: await orderOf(documents, texts, [], () => false),
        layout: await orderOf(documents, texts, ['-layout'], isInColumns),
      },
    }),
  }
}

/** One virtual machine for all of them: it writes what it found beside the list that it was given. */
async function invalidFiles(files: readonly string[]): Promise<string[] | undefined> {
  if (missingForPreflight) return undefined
  const folder = await mkdtemp(path.join(tmpdir(), 'scelle-preflight-'))
  try {
    const list = path.join(folder, 'list')
    await writeFile(list, `${files.join('\n')}\n`)
    await run('java', [...preflightProgram, 'xml', 'group', list], large)
    const said = await readFile(`${list}.preflight.xml`, 'utf8')
    const valid = [...said.matchAll(/<preflight name="([^"]+)">[^]*?<isValid[^>]*>(\w+)</g)]
      .filter(([, , answer]) => answer === 'true')
      .map(([, name]) => name)
    return files.map((file) => path.basename(file)).filter((name) => !valid.includes(name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function faultyFiles(files: readonly string[]): Promise<string[]> {
  const faulty: string[] = []
  for (const file of files) {
    const said = await run('qpdf', ['--check', file]).catch(() => undefined)
    if (!said || said.stderr !== '' || /warning/i.test(said.stdout)) faulty.push(path.basename(file))
  }
  return faulty
}

async function orderOf(
  documents: OurRun['documents'],
  texts: OurRun['texts'],
  options: readonly string[],
  isLeftOut: (id: string) => boolean,
): Promise<Order> {
  const scores = []
  const otherPages: string[] = []
  for (const { file, pages } of documents) {
    const { stdout } = await run('pdftotext', ['-enc', 'UTF-8', ...options, file, '-'], large)
    const each = stdout.split('\f')
    for (const [index, id] of pages.entries()) {
      if (isLeftOut(id)) continue
      const score = scoreOf(texts[id]!, each[index] ?? '')
      scores.push(score)
      if (lettersOf(texts[id]!) !== lettersOf(each[index] ?? '')) otherPages.push(id)
    }
  }
  return { wordErrors: summed(scores).wer, pages: scores.length, otherPages }
}

const lettersOf = (text: string): string => normalised(text).replaceAll(' ', '')
