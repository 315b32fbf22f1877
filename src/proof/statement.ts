import type { LedgerEntry } from '../domain/custody.ts'
import type { Attested } from './certificates.ts'
import type { ProofSubject } from './proof-file.ts'
import type { SealedContent, Story } from './story.ts'
import type { Words } from './words.ts'

/** What stands behind a statement, as it was verified. */
export type Grounds = {
  readonly subject: ProofSubject
  readonly madeAt: string
  readonly story: Story
  readonly head: {
    readonly origin: string
    readonly size: number
    readonly keyFingerprint: string
    readonly witnesses: readonly { readonly name: string; readonly at: string }[]
    readonly stamps: readonly Stamp[]
  }
  readonly attested: readonly Attested[]
  /** Tokens over sealed contents, by the place of the entry that names them. */
  readonly stamps: ReadonlyMap<number, Stamp>
}
export type Stamp = { readonly authority: string; readonly at: string }

/**
 * A *relevé de valeur probante* as plain text: what is proven, by whom, and what isn't. It says nothing that the grounds
 * do not.
 */
export function statementOf(grounds: Grounds, words: Words): string {
  const { subject, story } = grounds
  return [
    `${words.title}\n\n${words.subject[subject.kind]} ${subject.id}\n${words.madeAt(moment(grounds.madeAt, words))}`,
    section(words.proven.title, provenLines(grounds, words)),
    section(words.by.title, byLines(grounds, words)),
    section(words.notProven.title, words.notProven.list.map(dashed)),
    section(words.check.title, words.check.list.map(dashed)),
    section(
      words.chronology,
      story.entries.map((entry) => eventLine(entry, words)),
    ),
  ].join('\n\n')
}

const section = (title: string, lines: readonly string[]): string =>
  `${title}\n${'─'.repeat([...title].length)}\n${lines.join('\n')}\n`
const dashed = (line: string): string => `— ${line}`

function provenLines({ story, head, stamps, attested }: Grounds, words: Words): string[] {
  const { proven } = words
  const [first, last] = [story.entries[0]!, story.entries.at(-1)!]
  return [
    dashed(proven.inclusion(story.entries.length, head.size)),
    dashed(proven.span(moment(first.at, words), moment(last.at, words))),
    ...head.stamps.map(({ authority, at }) => dashed(proven.timestamp(authority, moment(at, words)))),
    ...attested.map(({ batchId, signer, at, seq }) =>
      dashed(proven.attested(batchId, signer, seq, at && moment(at, words))),
    ),
    ...story.contents.flatMap((content) => contentLines(content, stamps.get(content.sealed.seq), words)),
  ]
}

function contentLines(content: SealedContent, stamp: Stamp | undefined, words: Words): string[] {
  const { proven } = words
  const { part, version, bytes, sha256, sha512, sealedSha256, sealed, deposited, verified } = content
  return [
    `\n${words.subject.document} ${content.documentId}\n${proven.content(proven.parts[part] ?? part, version, bytes)}`,
    ...[
      proven.sealed(moment(sealed.at, words), sealed.seq),
      ...(stamp ? [proven.stamped(stamp.authority, moment(stamp.at, words))] : []),
      ...(deposited ? [proven.deposited(moment(deposited.at, words), deposited.seq)] : []),
      verified ? proven.verified(moment(verified.at, words), verified.seq) : proven.notVerified,
      proven.digest('SHA-256', sha256),
      ...(sha512 ? [proven.digest('SHA-512', sha512)] : []),
      proven.digest('CMS SHA-256', sealedSha256),
    ].map((line) => `   ${line}`),
  ]
}

function byLines({ head, stamps }: Grounds, words: Words): string[] {
  const authorities = new Set([...head.stamps, ...stamps.values()].map(({ authority }) => authority))
  return [
    words.by.ledger(head.origin, head.keyFingerprint),
    ...(head.witnesses.length > 0
      ? head.witnesses.map(({ name, at }) => words.by.witness(name, moment(at, words)))
      : [words.by.noWitness]),
    ...(authorities.size > 0 ? [...authorities].map(words.by.authority) : [words.by.noAuthority]),
  ].map(dashed)
}

const eventLine = (entry: LedgerEntry, words: Words): string =>
  `${moment(entry.at, words)}  ${String(entry.seq).padStart(8)}  ${words.events[entry.type]}`

/** To the second: what the ledger says in milliseconds nobody's clock is sure of. */
export const moment = (at: string, { locale }: Words): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(at),
  )
