import { distance, fold, lettersOf } from './folding.ts'
import type { TextLine, Token } from './page-text.ts'

/** What stands behind a label: a fact of a person, or somebody who is not the one whose page it is. */
export type LabelKind =
  | 'birth-name'
  | 'usage-name'
  | 'name'
  | 'given-names'
  | 'birth-date'
  | 'nir'
  | 'file-number'
  | 'subject'
  | 'relative'
  | 'professional'
  | 'elsewhere'

export type Label = {
  readonly kind: LabelKind
  /** Tokens of the line: from `from` up to `to`, its colon included. */
  readonly from: number
  readonly to: number
  readonly hasColon: boolean
}

/**
 * Phrases that announce a fact. `subject` ones name the person whose page it is, or open the part of a form about them;
 * `relative` and `professional` ones somebody else. `elsewhere` ends what went before: a date behind it is no birth.
 */
const phrases: Readonly<Record<LabelKind, readonly string[]>> = {
  'birth-name': [
    ...['nom de naissance', 'nom de famille', 'nom patronymique', 'nom de jeune fille', 'nom naissance'],
    ...['nom patronyme', 'nom de naiss', 'née', 'nom et prénom de naissance'],
  ],
  'usage-name': [
    "nom d'usage",
    'nom marital',
    "nom d'épouse",
    'nom usuel',
    "nom d'époux",
    'nom utilisé',
    'épouse',
  ],
  name: [
    ...[
      'nom',
      'nom prénom',
      'nom et prénom',
      'nom et prénoms',
      'nom prénoms',
      'noms et prénoms',
      'prénom nom',
    ],
    ...['prénom et nom', 'nom du patient', 'nom de la patiente', 'nom du salarié', 'nom de la salariée'],
    ...["nom de l'assuré", "nom de l'assurée", 'nom du bénéficiaire', "nom de l'adhérent", 'nom du malade'],
    ...['nom et prénom du patient', 'nom et prénom du salarié', 'nom du travailleur', "nom de l'intéressé"],
    ...["nom et prénom de l'assuré", 'nom et prénom du bénéficiaire', 'identité du patient', 'nom du sujet'],
  ],
  'given-names': ['prénom', 'prénoms', 'premier prénom', '1er prénom', 'prénom usuel', 'prénom utilisé'],
  'birth-date': [
    ...[
      'né le',
      'née le',
      'né(e) le',
      'né (e) le',
      'date de naissance',
      'date naissance',
      'date de naiss',
      'ddn',
    ],
    ...['naissance le', 'naissance'],
  ],
  nir: [
    ...[
      'n° de sécurité sociale',
      'numéro de sécurité sociale',
      'n° sécurité sociale',
      'n° ss',
      'nir',
      'n° sécu',
    ],
    ...[
      "n° d'immatriculation",
      "numéro d'immatriculation",
      'n° immatriculation',
      'matricule ins',
      'ins',
      'n° insee',
    ],
    ...["n° d'assuré", "n° de l'assuré", "numéro d'assuré social", 'n° assuré', 'immatriculation'],
  ],
  'file-number': [
    'dossier',
    'n° de dossier',
    'n° dossier',
    'numéro de dossier',
    'dossier n°',
    'dossier numéro',
  ],
  subject: [
    ...[
      'patient',
      'patiente',
      'salarié',
      'salariée',
      'salarié(e)',
      'assuré',
      'assurée',
      'assuré(e)',
      'bénéficiaire',
    ],
    ...[
      'concerne',
      'concernant',
      'identité',
      'adhérent',
      'adhérente',
      'adhérent(e)',
      'travailleur',
      'intéressé',
    ],
    ...[
      'bénéficiaire des soins',
      'identification du patient',
      'identification du salarié',
      'le patient',
      'la patiente',
    ],
    ...['identification du bénéficiaire', "identification de l'assuré", 'assuré principal', 'votre patient'],
    ...['votre patiente', 'le salarié', 'la salariée', 'personne recevant les soins', 'identité du salarié'],
  ],
  relative: [
    ...[
      'conjoint',
      'conjointe',
      'nom du conjoint',
      'nom de la conjointe',
      'nom et prénom du conjoint',
      'ayant droit',
    ],
    ...[
      'ayants droit',
      'enfant',
      'enfants',
      'enfant à charge',
      'personne à prévenir',
      'personne de confiance',
    ],
    ...[
      'personne à contacter',
      'représentant légal',
      'père',
      'mère',
      'nom du père',
      'nom de la mère',
      'tuteur',
    ],
    ...[
      'nom du représentant légal',
      "nom de l'enfant",
      'époux',
      'contact en cas d’urgence',
      'nom de la personne',
    ],
    ...[
      'nom de la personne à prévenir',
      'partenaire',
      'concubin',
      'concubine',
      'autre bénéficiaire',
      'antécédents familiaux',
    ],
  ],
  professional: [
    ...[
      'médecin',
      'médecin traitant',
      'nom du médecin',
      'médecin du travail',
      'nom du médecin du travail',
      'docteur',
    ],
    ...[
      'nom du médecin traitant',
      'prescripteur',
      'nom du prescripteur',
      'adressé par',
      'adressée par',
      'destinataire',
    ],
    ...[
      'employeur',
      "nom de l'employeur",
      'entreprise',
      "nom de l'entreprise",
      'établissement',
      'raison sociale',
    ],
    ...[
      "nom de l'établissement",
      'correspondant',
      'rédacteur',
      'signataire',
      'nom du signataire',
      'infirmière',
    ],
    ...[
      "nom de l'infirmière",
      'infirmier',
      'secrétaire',
      'assistante',
      'responsable',
      'nom du responsable',
      'biologiste',
    ],
    ...[
      'nom du laboratoire',
      'laboratoire',
      'nom du praticien',
      'praticien',
      'nom du professionnel',
      'chirurgien',
    ],
    ...[
      'organisme',
      'mutuelle',
      'assureur',
      'complémentaire',
      'nom du produit',
      'nom commercial',
      'interne',
      'copie à',
    ],
    ...[
      'professeur',
      'dr',
      'pr',
      'validé par',
      'rédigé par',
      'vu par',
      'signé par',
      'interlocuteur',
      'conseiller',
    ],
    ...[
      'nom et signature',
      'nom et cachet',
      'nom du représentant',
      'nom et qualité',
      'nom de la mutuelle',
      'technicien',
    ],
    ...[
      'nom du tuteur en entreprise',
      'nom du préleveur',
      'préleveur',
      'nom du chef de service',
      'expéditeur',
    ],
  ],
  elsewhere: [
    ...[
      'date',
      'le',
      'poste',
      'poste de travail',
      'emploi',
      'sexe',
      'adresse',
      'téléphone',
      'objet',
      'motif',
      'profession',
    ],
    ...[
      'naissance à',
      'lieu de naissance',
      'né à',
      'née à',
      'né(e) à',
      'commune',
      'prélèvement du',
      'date de la visite',
    ],
    ...[
      "date de l'examen",
      'mise à jour',
      'horaires',
      'taille',
      'poids',
      'code postal',
      'ville',
      'mail',
      'courriel',
      'tél',
    ],
    ...[
      'âge',
      'demande du',
      'reçu le',
      'édité le',
      'n° de contrat',
      "n° d'adhérent",
      'situation familiale',
      'nationalité',
    ],
    ...['fonction', 'qualité', 'service', 'unité', 'page', 'réf', 'références', 'rang de naissance', 'rang'],
  ],
}

type Phrase = { readonly kind: LabelKind; readonly letters: string; readonly mask: number }
type Match = { readonly phrase: Phrase; readonly to: number; readonly errors: number }

const known: readonly Phrase[] = Object.entries(phrases).flatMap(([kind, texts]) =>
  texts.map((text) => {
    const letters = lettersOf(text)
    return { kind: kind as LabelKind, letters, mask: maskOf(letters) }
  }),
)
const exactly = new Map(known.map((phrase) => [phrase.letters, phrase]))
const ofLength = Map.groupBy(known, ({ letters }) => letters.length)
const longest = Math.max(
  ...Object.values(phrases).flatMap((texts) => texts.map((text) => text.split(' ').length)),
)

/** Short ones must be right: « NOM » is one letter away from « NON ». */
const mostErrors = (letters: number): number => (letters < 5 ? 0 : letters < 9 ? 1 : letters < 14 ? 2 : 3)

/** A bit for each letter that occurs: two words far apart are told apart without comparing them. */
function maskOf(letters: string): number {
  let mask = 0
  for (let at = 0; at < letters.length; at++) mask |= 1 << (letters.charCodeAt(at) - 65)
  return mask
}

function bitsIn(mask: number): number {
  let bits = 0
  for (let left = mask; left !== 0; left &= left - 1) bits++
  return bits
}

/** Such words stand in sentences too: only a colon, or the head of a line, makes them labels. */
const needsColon = new Set<LabelKind>(['name', 'subject', 'elsewhere', 'usage-name', 'relative'])

/** The labels of a line, from left to right; the longest phrase that fits is taken. */
export function labelsOf(line: TextLine): Label[] {
  const labels: Label[] = []
  for (let from = 0; from < line.tokens.length; ) {
    const label = labelAt(line.tokens, from)
    if (label) labels.push(label)
    from = label ? label.to : from + 1
  }
  return labels
}

function labelAt(tokens: readonly Token[], from: number): Label | undefined {
  let best: Match | undefined
  let joined = ''
  for (let to = from + 1; to <= Math.min(tokens.length, from + longest + 1); to++) {
    const { text, isColon } = tokens[to - 1]!
    if (isColon || isNumber(text)) break
    joined += lettersOf(text)
    const match = matchOf(joined, to, from === 0 || (tokens[to]?.isColon ?? false) || /^NEE?.E$/.test(joined))
    // « MARTIN Prénoms : » is no misread « Nom Prénoms : ».
    if (match && match.errors > 0 && endsWithLabel(tokens, from, to)) continue
    if (match && (!best || worthOf(match) > worthOf(best))) best = match
  }
  if (!best) return undefined
  const { kind, letters } = best.phrase
  const hasColon = tokens[best.to]?.isColon ?? false
  if (!hasColon && !mayStandAlone(kind, letters, tokens, from, best.to)) return undefined
  return { kind, from, to: best.to + (hasColon ? 1 : 0), hasColon }
}

function endsWithLabel(tokens: readonly Token[], from: number, to: number): boolean {
  let letters = ''
  for (let at = to - 1; at > from; at--) {
    letters = lettersOf(tokens[at]!.text) + letters
    const kind = exactly.get(letters)?.kind
    if (kind === 'given-names' || kind === 'name') return true
  }
  return false
}

const isNumber = (text: string): boolean => /^\D?\d[\d/.,-]+/.test(text)
const worthOf = ({ phrase, errors }: Match): number => phrase.letters.length - errors * 2

/** In the middle of a sentence only the very words are a label. */
function matchOf(joined: string, to: number, isFuzzy: boolean): Match | undefined {
  const exact = exactly.get(joined)
  if (exact) return { phrase: exact, to, errors: 0 }
  if (!isFuzzy || joined.length < 4) return undefined
  const mask = maskOf(joined)
  let best: Match | undefined
  for (let length = joined.length - 3; length <= joined.length + 3; length++) {
    const most = mostErrors(length)
    if (Math.abs(length - joined.length) > most) continue
    for (const phrase of ofLength.get(length) ?? []) {
      if (bitsIn(phrase.mask & ~mask) > most * 2 || bitsIn(mask & ~phrase.mask) > most * 2) continue
      const errors = distance(joined, phrase.letters, most)
      if (errors <= most && (!best || length - errors * 2 > worthOf(best))) best = { phrase, to, errors }
    }
  }
  return best
}

/** Without its colon: at the head of a line, or beginning with a capital, and what follows begins with one or a figure. */
function mayStandAlone(
  kind: LabelKind,
  letters: string,
  tokens: readonly Token[],
  from: number,
  to: number,
): boolean {
  const first = tokens[from]!.text
  const next = tokens[to]?.text
  const isCapital = /^\p{Lu}/u.test(first)
  if (letters === 'NEE') return !isCapital && next !== undefined && /^\p{Lu}[\p{L}'’-]{2}/u.test(next)
  if (kind === 'elsewhere') return false
  if (letters === 'DR' || letters === 'PR') return isCapital
  if (!needsColon.has(kind)) return kind === 'given-names' ? isCapital : true
  if (next === undefined) return from === 0 && isCapital
  return isCapital && (from === 0 || letters.length > 6) && /^[\p{Lu}\d]/u.test(next) && !isArticle(next)
}

const isArticle = (word: string): boolean => ['DU', 'DE', 'DES', 'D', 'LA', 'LE', 'AU'].includes(fold(word))
