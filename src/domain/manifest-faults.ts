import type { z } from 'zod'

/** One thing that is wrong, and where. Codes are stable; neither part ever repeats a value. */
export type Fault = { readonly path: readonly PropertyKey[]; readonly code: string }

const MAX_SAID = 100

/** The faults that zod found in `value`, in codes of ours. */
export const shapeFaults = (error: z.ZodError, value: unknown): Fault[] =>
  error.issues.flatMap((issue) => {
    const fault = { path: issue.path, code: codeOf(issue, value) }
    if (issue.code !== 'unrecognized_keys') return [fault]
    return issue.keys.map((key) => (isOfAProgram(key) ? { ...fault, path: [...issue.path, key] } : fault))
  })

/**
 * Unknown keys are named where they look like a program's own: one lower-case word, or several run together. Any other may
 * be somebody's words, a name or a number among them, and is only counted.
 */
const isOfAProgram = (key: string): boolean => /^[a-z]{2,12}([A-Z][a-z]{1,11}){0,2}$/.test(key)

/** `documents[2].from: too-small; expected.pages: missing`. Past a hundred faults only their number is added. */
export function sayFaults(faults: readonly Fault[]): string {
  const said = faults.slice(0, MAX_SAID).map(({ path, code }) => `${sayPath(path)}: ${code}`)
  const unsaid = faults.length - said.length
  return [...said, ...(unsaid > 0 ? [`… +${unsaid}`] : [])].join('; ')
}

const sayPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (said, step) =>
      typeof step === 'number' ? `${said}[${step}]` : said ? `${said}.${String(step)}` : String(step),
    '',
  ) || '$'

function codeOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (valueAt(value, issue.path) === undefined) return 'missing'
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'not-a-whole-number' : 'wrong-type'
    case 'too_small':
      return 'too-small'
    case 'too_big':
      return 'too-big'
    case 'invalid_value':
      return 'not-allowed'
    case 'invalid_format':
      return 'wrong-format'
    case 'unrecognized_keys':
      return 'unknown-key'
    case 'custom':
      return String(issue.params?.fault ?? 'invalid')
    default:
      return 'invalid'
  }
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, step) => (at === null || at === undefined ? undefined : Reflect.get(Object(at), step)),
    value,
  )
