import type { FailureCode, Sentence } from './failures.ts'

/** What is said of corrections. */
export const fr = {
  'correction-invalid': {
    what: 'Ceci n’est pas une correction.',
    todo: 'Écrivez du JSON avec un « type », une « date » (AAAA-MM-JJ), des « words », ou plusieurs d’entre eux : {"type":"visit","date":"2024-03-12","words":[{"place":"line_1_2_3","text":"…"}]}.',
  },
  'correction-of-another': {
    what: 'Cette correction nomme un autre document que {documentId}.',
    todo: 'Donnez l’identifiant du document dont les doutes ont été listés.',
  },
  'correction-page-unknown': {
    what: 'Le document n’a pas de page {page} : il en a {pages}.',
    todo: 'Listez les endroits qui attendent une personne : « scelle document text ID --format doubts --out FICHIER ».',
  },
  'correction-place-unknown': {
    what: 'Il n’y a pas d’endroit {place} sur la page {page}.',
    todo: 'Prenez les lignes et les endroits non lus tels que les nomme « scelle document text ID --format alto --out FICHIER » (ou doubts).',
  },
  'correction-place-twice': {
    what: 'La correction parle plus d’une fois de {place}.',
    todo: 'Dites une seule fois ce qui s’y trouve.',
  },
  'correction-text-too-long': {
    what: 'Le texte pour {place} a plus de {limit} caractères.',
    todo: 'N’écrivez que ce qui se trouve à cet endroit.',
  },
  'correction-text-unfit': {
    what: 'Le texte pour {place} contient des fins de ligne, des tabulations ou d’autres caractères qui ne sont pas du texte.',
    todo: 'Écrivez-le sur une ligne ; s’il y en a plusieurs à cet endroit, séparez-les par une espace.',
  },
} as const satisfies Partial<Record<FailureCode, Sentence>>
