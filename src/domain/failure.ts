import { type FailureCode, failures, type Sentence } from './failures.ts'
import { en } from './failures-en.ts'
import { fr } from './failures-fr.ts'
import { sayManifestFaults } from './manifest-faults-words.ts'
import { labelAlone, sayConflictKinds } from './understanding/conflict-words.ts'

export type Facts = Readonly<Record<string, string | number>>

/** An expected failure: a code of the table and its facts (ids, codes and numbers only, never content). */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly facts: Facts

  constructor(code: FailureCode, facts: Facts = {}, options?: ErrorOptions) {
    super([code, ...Object.entries(facts).map(([key, value]) => `${key}=${value}`)].join(' '), options)
    this.code = code
    this.facts = facts
  }

  get retry(): 'never' | 'later' {
    return failures[this.code].retry
  }
}

/**
 * Any error as a failure. What is not ours becomes `unexpected`: its message may quote content, so only the name of
 * its kind passes.
 */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const kind = error instanceof Error ? error.name : typeof error
  return new Failure('unexpected', { kind }, { cause: error })
}

/** What is wrong and what to do about it, in the reader's language. */
export function explain(code: FailureCode, language: 'en' | 'fr', facts: Facts = {}): Sentence {
  const { what, todo } = { en, fr }[language][code]
  const said = { ...facts, ...inWords(code, language, facts) }
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, key: string) => String(said[key] ?? '?'))
  return { what: fill(what), todo: fill(todo) }
}

/** Facts that are codes in themselves. */
function inWords(code: FailureCode, language: 'en' | 'fr', { faults, kinds }: Facts): Facts {
  if (code === 'manifest-invalid' && typeof faults === 'string')
    return { faults: sayManifestFaults(faults, language) }
  if (code === 'identity-conflict')
    return { kinds: typeof kinds === 'string' ? sayConflictKinds(kinds, language) : labelAlone[language] }
  return {}
}
