/**
 * The one table of what can go wrong. A code is stable for ever: scripts, runbooks and the interface rely on it.
 * `retry` tells the runner; `http` and `exit` tell the faces. Sentences carry ids and numbers, never content:
 * `{name}` is filled from the failure's facts.
 */
type Entry = {
  readonly retry: 'never' | 'later'
  readonly http: number
  /** 2 usage · 3 refused · 4 held · 5 not found · 6 storage · 7 verification · 8 away, try again · 9 fault of ours */
  readonly exit: number
  readonly en: Sentence
  readonly fr: Sentence
}
type Sentence = { readonly what: string; readonly todo: string }

export const failures = {
  'manifest-missing': {
    retry: 'never', http: 422, exit: 3,
    en: { what: 'The batch folder has no batch.json.', todo: 'Add the manifest (docs/schemas/batch.schema.json) and drop the folder again.' },
    fr: { what: 'Le dossier du lot ne contient pas de fichier batch.json.', todo: 'Ajoutez le manifeste (docs/schemas/batch.schema.json), puis déposez de nouveau le dossier.' },
  },
} as const satisfies Record<string, Entry>

export type FailureCode = keyof typeof failures
export type Facts = Readonly<Record<string, string | number>>

/** An expected failure: a code of the table and its facts (ids and numbers only, never content). */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly facts: Facts
  constructor(code: FailureCode, facts: Facts = {}, options?: { cause?: unknown }) {
    super(`${code}${Object.entries(facts).map(([key, value]) => ` ${key}=${value}`).join('')}`, options)
    this.code = code
    this.facts = facts
  }
  get retry(): 'never' | 'later' {
    return failures[this.code].retry
  }
}

/** What is wrong and what to do about it, in the reader's language. */
export function explain(code: FailureCode, language: 'en' | 'fr', facts: Facts = {}): Sentence {
  const { what, todo } = failures[code][language]
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, key: string) => String(facts[key] ?? '?'))
  return { what: fill(what), todo: fill(todo) }
}
