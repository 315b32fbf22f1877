import { typesetAll } from '../domain/typography.ts'
import type { Verdict } from '../proof/check.ts'
import type { KeptHead } from '../proof/continuity.ts'

/** What the page says beside the statement. */
export type PageWords = {
  readonly title: string
  readonly intro: string
  readonly other: string
  readonly invitation: string
  readonly working: string
  readonly trustTitle: string
  readonly trustWhy: string
  readonly ledgerKeys: string
  readonly witnessKeys: string
  readonly anchors: string
  readonly keyRefused: string
  readonly kept: string
  readonly keptRefused: string
  readonly keptTitle: string
  readonly standings: Readonly<Record<KeptHead['standing'], (size: number) => string>>
  readonly verdicts: Readonly<Record<Verdict, { readonly title: string; readonly meaning: string }>>
  readonly findings: string
  readonly statement: string
  /** The same, where something else is wrong. */
  readonly rest: string
  readonly documents: string
  readonly noProofYet: string
  matched(file: string, what: string, seq: number, when: string): string
  unmatched(file: string): string
}

export const fr: PageWords = typesetAll<PageWords>(
  {
    title: 'Vérificateur de preuves Scellé',
    intro:
      'Cette page vérifie sur votre ordinateur, sans réseau, un fichier de preuve. Rien de ce que vous y déposez ne la quitte.',
    other: 'English',
    invitation:
      'Déposez ici le fichier de preuve (ZIP), puis, si vous l’avez, le document lui-même — ou cliquez pour les choisir.',
    working: 'Vérification en cours…',
    trustTitle: 'Clés obtenues par une autre voie',
    trustWhy:
      'Une preuve ne vaut que par la clé à laquelle on la compare. Collez ici celles que vous tenez de leur titulaire ; sans elles, la page se sert de celles que le fichier apporte, et le dit.',
    ledgerKeys: 'Clé du registre (nom+identifiant+base64), une par ligne',
    witnessKeys: 'Clés des témoins (nom+identifiant+base64), une par ligne',
    anchors: 'Certificats des autorités d’horodatage et de signature, listes de révocation (PEM)',
    kept: 'Tête du registre, ou fichier de preuve, que vous gardez d’auparavant : le registre les continue-t-il ?',
    keptRefused:
      'Ce que vous avez gardé n’est pas une tête du registre : choisissez-la telle qu’elle a été publiée, ou le fichier de preuve qui la portait.',
    keptTitle: 'Ce que vous avez gardé',
    standings: {
      continued: (size) =>
        `Le registre continue la tête de ${size} entrée${size > 1 ? 's' : ''} que vous avez gardée.`,
      'not-shown': (size) =>
        `Rien ne montre que le registre continue la tête de ${size} entrée${size > 1 ? 's' : ''} que vous avez gardée : demandez une preuve faite avec « --since ${size} ».`,
    },
    keyRefused: 'L’une des clés que vous avez collées n’en est pas une : recopiez-la entière, sur une ligne.',
    verdicts: {
      proven: {
        title: 'Preuve vérifiée',
        meaning: 'Tout mène aux clés que vous avez données.',
      },
      coherent: {
        title: 'Preuve cohérente, clé à comparer',
        meaning:
          'Tout s’accorde, mais avec la clé que le fichier apporte lui-même. Comparez l’empreinte de la clé ci-dessous avec celle que publie le titulaire du registre, ou collez sa clé plus haut.',
      },
      faulty: {
        title: 'Preuve refusée',
        meaning:
          'Ce fichier ne prouve pas ce qu’il prétend. Demandez-en un autre à qui vous l’a remis ; gardez celui-ci.',
      },
    },
    findings: 'Ce qui ne va pas',
    statement: 'Ce que la vérification a établi',
    rest: 'Ce qui reste établi malgré cela',
    documents: 'Fichiers comparés',
    noProofYet: 'Déposez d’abord le fichier de preuve : ce fichier-ci n’en est pas un.',
    matched: (file, what, seq, when) =>
      `${file} : identique, octet pour octet — ${what} (entrée ${seq}, ${when})`,
    unmatched: (file) => `${file} : aucune entrée prouvée ne porte son empreinte`,
  },
  'fr',
)

export const en: PageWords = {
  title: 'Scellé proof verifier',
  intro:
    'This page checks a proof file on your computer, without a network. Nothing that you drop leaves it.',
  other: 'Français',
  invitation:
    'Drop the proof file (ZIP) here, then the document itself if you have it — or click to choose them.',
  working: 'Checking…',
  trustTitle: 'Keys had by another way',
  trustWhy:
    'A proof is as good as the key that it is compared with. Paste those that you had from their keeper; without them the page uses those that the file brings, and says so.',
  ledgerKeys: 'Ledger key (name+id+base64), one a line',
  witnessKeys: 'Keys of witnesses (name+id+base64), one a line',
  anchors: 'Certificates of authorities of time and signature, revocation lists (PEM)',
  kept: 'Head of the ledger, or proof file, that you kept from before: does the ledger go on from it?',
  keptRefused:
    'What you kept is no head of the ledger: choose it as it was published, or the proof file that it came with.',
  keptTitle: 'What you kept',
  standings: {
    continued: (size) =>
      `The ledger goes on from the head of ${size} ${size === 1 ? 'entry' : 'entries'} that you kept.`,
    'not-shown': (size) =>
      `Nothing shows that the ledger goes on from the head of ${size} ${size === 1 ? 'entry' : 'entries'} that you kept: ask for a proof made with “--since ${size}”.`,
  },
  keyRefused: 'One of the keys that you pasted is none: copy it whole, on one line.',
  verdicts: {
    proven: { title: 'Proof verified', meaning: 'Everything leads to the keys that you gave.' },
    coherent: {
      title: 'Coherent proof, key to be compared',
      meaning:
        'Everything fits, but with the key that the file itself brings. Compare the key’s fingerprint below with the one that the ledger’s keeper publishes, or paste the key above.',
    },
    faulty: {
      title: 'Proof refused',
      meaning: 'This file does not prove what it claims. Ask whoever gave it for another one; keep this one.',
    },
  },
  findings: 'What is wrong',
  statement: 'What was established',
  rest: 'What is established all the same',
  documents: 'Files compared',
  noProofYet: 'Drop the proof file first: this file is none.',
  matched: (file, what, seq, when) => `${file}: identical, byte for byte — ${what} (entry ${seq}, ${when})`,
  unmatched: (file) => `${file}: no proven entry names its digest`,
}
