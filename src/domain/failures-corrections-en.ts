import type { FailureCode, Sentence } from './failures.ts'

/** What is said of corrections. */
export const en = {
  'correction-invalid': {
    what: 'This is no correction.',
    todo: 'Write JSON with a « type », a « date » (YYYY-MM-DD), « words », or several of them: {"type":"visit","date":"2024-03-12","words":[{"place":"line_1_2_3","text":"…"}]}.',
  },
  'correction-of-another': {
    what: 'This correction names another document than {documentId}.',
    todo: 'Give the id of the document whose doubts were listed.',
  },
  'correction-page-unknown': {
    what: 'The document has no page {page}: it has {pages}.',
    todo: 'List the places that await a person: « scelle document text ID --format doubts --out FILE ».',
  },
  'correction-place-unknown': {
    what: 'There is no place {place} on page {page}.',
    todo: 'Take lines and unread places as « scelle document text ID --format alto --out FILE » (or doubts) names them.',
  },
  'correction-place-twice': {
    what: 'The correction speaks of {place} more than once.',
    todo: 'Say once what stands there.',
  },
  'correction-text-too-long': {
    what: 'The text for {place} has more than {limit} letters.',
    todo: 'Write what stands at this place alone.',
  },
  'correction-text-unfit': {
    what: 'The text for {place} has line ends, tabs or other characters that are no text.',
    todo: 'Write it as one line; where several stand there, separate them by a space.',
  },
} as const satisfies Partial<Record<FailureCode, Sentence>>
