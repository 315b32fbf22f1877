import path from 'node:path'
import type { Command } from 'commander'
import { BatchReference, CoverSheet, mostSheets } from '../domain/cover-sheet.ts'
import { parsed, type Desk } from './desk.ts'
import { readInput, writeNew } from './files.ts'
import { count, type Frame, misuse, noun, required } from './frame.ts'

type Options = { batch: string; count?: number; patients?: string; out: string }

export function addCoverSheet(program: Command, { help: { coverSheet: help }, act }: Frame): void {
  noun(program, 'cover-sheet', help.noun)
    .command('print')
    .description(help.print)
    .addOption(required('--batch <REFERENCE>', help.batch))
    .option('--count <N>', help.count, count)
    .option('--patients <FILE>', help.patients)
    .addOption(required('--out <FILE>', help.out))
    .action(act(print))
}

async function print(desk: Desk, { batch, count: blank = 0, patients, out }: Options): Promise<void> {
  const reference = parsed(BatchReference, batch, 'not-allowed', '--batch')
  if (blank > mostSheets) throw misuse('not-allowed', '--count')
  const numbers: (string | undefined)[] = patients === undefined ? [] : await fileNumbersOf(patients)
  const all = [...numbers, ...Array<undefined>(blank).fill(undefined)]
  if (all.length === 0) throw misuse('no-sheets')
  const sheets = all.map((patient, i) =>
    parsed(
      CoverSheet,
      { batch: reference, sequence: i + 1, count: all.length, ...(patient ? { patient } : {}) },
      'not-allowed',
      '--patients',
    ),
  )
  const { printCoverSheets } = await desk.house()
  await writeNew(out, await printCoverSheets(sheets, { language: desk.language }))
  const { coverSheet: say } = desk.say
  desk.answer({ file: path.resolve(out), batch: reference, count: sheets.length }, () =>
    [say.printed(sheets.length, out), `→ ${say.place}`, `→ ${say.manifest(reference, sheets.length)}`].join(
      '\n',
    ),
  )
}

const fileNumbersOf = async (file: string): Promise<string[]> =>
  (await readInput(file))
    .toString()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
