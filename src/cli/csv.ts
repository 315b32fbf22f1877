import { CsvError, parse } from 'csv-parse/sync'
import type { z } from 'zod'
import { Failure } from '../domain/failure.ts'

/** One thing wrong in a file: never what was written there. */
export type CsvFault = { readonly line: number; readonly column?: string; readonly code: string }
export type CsvRow<Row> = { readonly line: number; readonly row: Row }

type Records = readonly { readonly info: { readonly lines: number }; readonly record: readonly string[] }[]

/** All faults at once. @throws Failure import-invalid if there is any */
export function refuseFaults(faults: readonly CsvFault[]): void {
  if (faults.length === 0) return
  const said = faults
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, column, code }) => `${line}${column ? `/${column}` : ''}: ${code}`)
  throw new Failure('import-invalid', { count: faults.length, faults: said.join('; ') })
}

/**
 * Reads CSV (RFC 4180) with a header that names the columns in any order; separated by commas or semicolons; UTF-8, with
 * or without byte order mark; lines that begin with `#` are remarks. Empty values are left out of a row.
 *
 * @throws Failure import-invalid when the file cannot be taken as a table at all
 */
export function readCsv<Shape extends z.ZodObject>(
  content: Buffer,
  shape: Shape,
): { rows: CsvRow<z.infer<Shape>>[]; faults: CsvFault[] } {
  const [header, ...records] = recordsOf(textOf(content))
  const names = header?.record.map((name) => name.trim().toLowerCase()) ?? []
  refuseFaults(headerFaults(names, shape, header?.info.lines ?? 1))
  if (records.length === 0) refuseFaults([{ line: header?.info.lines ?? 1, code: 'empty' }])

  const rows: CsvRow<z.infer<Shape>>[] = []
  const faults: CsvFault[] = []
  for (const { info, record } of records) {
    if (record.length !== names.length) {
      faults.push({
        line: info.lines,
        code: record.length > names.length ? 'too-many-fields' : 'too-few-fields',
      })
      continue
    }
    const values = Object.fromEntries(
      names.map((name, i) => [name, record[i]!.trim()]).filter(([, value]) => value !== ''),
    ) as Record<string, string>
    const result = shape.safeParse(values)
    if (result.success) rows.push({ line: info.lines, row: result.data })
    else faults.push(...result.error.issues.map((issue) => faultOf(issue, values, info.lines)))
  }
  return { rows, faults }
}

function textOf(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new Failure('import-invalid', { count: 1, faults: '1: not-utf-8' })
  }
}

function recordsOf(text: string): Records {
  const header = text.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? ''
  try {
    return parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      delimiter: header.includes(';') ? ';' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as Records
  } catch (error) {
    // Its message quotes the file.
    const line = error instanceof CsvError && typeof error['lines'] === 'number' ? error['lines'] : 1
    throw new Failure('import-invalid', { count: 1, faults: `${line}: not-csv` })
  }
}

function headerFaults(names: readonly string[], shape: z.ZodObject, line: number): CsvFault[] {
  const known = Object.keys(shape.shape)
  const isOptional = (name: string) => (shape.shape[name] as z.ZodType).safeParse(undefined).success
  const missing = known.filter((name) => !names.includes(name) && !isOptional(name))
  const unknown = names.filter((name) => !known.includes(name))
  return [
    ...missing.map((column) => ({ line, column, code: 'missing-column' })),
    // Not named: it may be a file without a header, whose first line is somebody.
    ...unknown.map(() => ({ line, code: 'unknown-column' })),
  ]
}

function faultOf(issue: z.core.$ZodIssue, values: Record<string, string>, line: number): CsvFault {
  const column = String(issue.path[0] ?? '')
  return { line, ...(column ? { column } : {}), code: codeOf(issue, values[column]) }
}

function codeOf(issue: z.core.$ZodIssue, value: string | undefined): string {
  if (issue.code === 'custom') return String(issue.params?.['fault'] ?? 'wrong-format')
  if (value === undefined) return 'missing'
  if (issue.code === 'too_big') return 'too-long'
  return issue.code === 'invalid_value' ? 'not-allowed' : 'wrong-format'
}
