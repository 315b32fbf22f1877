import { type ChildProcess, spawn } from 'node:child_process'
import { buffer, text } from 'node:stream/consumers'
import { Failure } from '../../domain/failure.ts'
import { type Engine, segmentations } from './engine.ts'
import { linesOfHocr } from './hocr-lines.ts'
import { modelsMissing } from './models.ts'

/** One processor for one page, and no core dump: it would keep a medical page in clear. */
const restrain = 'ulimit -c 0; export OMP_THREAD_LIMIT=1; exec tesseract "$@"'
const notFound = 127

/**
 * Tesseract as a program of this machine, one process for each page. The page goes in and the text comes out through pipes:
 * nothing is written, nothing is named.
 *
 * @throws Failure configuration-invalid where the program or a language is missing
 */
export async function startNativeEngine(languages: readonly string[]): Promise<Engine> {
  await proveInstalled(languages)
  let running: ChildProcess | undefined
  let closed = false
  return {
    get dead() {
      return closed
    },
    async recognise(image, dpi, layout = 'page') {
      if (closed) throw new Failure('recognition-failed')
      const child = start([
        'stdin',
        'stdout',
        '-l',
        languages.join('+'),
        '--dpi',
        String(dpi),
        '--psm',
        segmentations[layout],
        'hocr',
      ])
      running = child
      const [hocr, code] = await Promise.all([text(child.stdout), ended(child), fed(child, image)])
      if (code !== 0) throw new Failure('recognition-failed', { exit: code })
      return linesOfHocr(hocr)
    },
    async close() {
      closed = true
      running?.kill('SIGKILL')
    },
  }
}

function start(options: readonly string[]) {
  return spawn('/bin/sh', ['-c', restrain, 'sh', ...options], { stdio: ['pipe', 'pipe', 'ignore'], cwd: '/' })
}

/** @throws Failure configuration-invalid where the program is missing, or a language, which it names */
export async function proveInstalled(languages: readonly string[]): Promise<void> {
  const child = start(['--list-langs'])
  child.stdin.end()
  const [list, code] = await Promise.all([buffer(child.stdout), ended(child)])
  if (code !== 0)
    throw new Failure('configuration-invalid', {
      count: 1,
      faults: `recognition.engine: ${code === notFound ? 'tesseract-not-found' : 'tesseract-fails'}`,
    })
  const installed = new Set(list.toString().split(/\s+/))
  const missing = languages.filter((language) => !installed.has(language))
  if (missing.length > 0) throw modelsMissing(missing)
}

/** Its exit code; one that was ended has none. */
const ended = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(notFound))
    child.once('close', (code) => resolve(code ?? -1))
  })

/** Whoever ends before all of it was read says so by its exit code. */
const fed = ({ stdin }: ReturnType<typeof start>, image: Buffer): Promise<void> =>
  new Promise((resolve) => {
    stdin.once('error', () => resolve())
    stdin.end(image, () => resolve())
  })
