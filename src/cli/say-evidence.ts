import type { EvidenceFinding } from '../commands/verify-evidence.ts'
import { explain } from '../domain/failure.ts'
import { type Language, typesetAll } from '../domain/typography.ts'

const faultIn =
  (language: Language, copies: Readonly<Record<'copy-missing' | 'copy-differs', string>>) =>
  (fault: EvidenceFinding['fault']): string =>
    fault === 'copy-missing' || fault === 'copy-differs' ? copies[fault] : explain(fault, language).what

const s = (count: number): string => (count > 1 ? 's' : '')

const fr = {
  configured: (names: readonly string[]) =>
    `Temps de confiance : ${names.join(', ')} ; si une autorité fait défaut, la suivante la remplace.`,
  none: "Aucune autorité d'horodatage n'est configurée (timestamps.authorities) : les dates sont celles de la maison, aucun tiers n'en répond.",
  facts: {
    trustedTime: 'Temps de confiance',
    heads: 'Têtes du registre',
    documents: 'Documents scellés',
    waitingSince: 'Attente la plus ancienne',
    unarchived: "Jetons sans copie dans l'archive",
  },
  stamped: (stamped: string, waiting: string) => `${stamped} avec jeton, ${waiting} en attente`,
  untimed: 'aucun : les dates sont celles de la maison (« scelle evidence status »)',
  resting: "Jusqu'à quand les jetons valent, et quand ils seront renouvelés :",
  columns: ['autorité', 'jetons', 'valent jusqu’au', 'fin de', 'renouvelés dès le'],
  certificate: 'certificat',
  verifying: "Vérification des jetons d'horodatage",
  verified: (tokens: string, subjects: string) =>
    `Tous les jetons sont bons : ${tokens}, sur ${subjects} têtes du registre et documents.`,
  notVerified: (count: number) => `${count} jeton${s(count)} d'horodatage à regarder :`,
  finding: (what: string, generation: number, fault: string) => `${what}, jeton ${generation} : ${fault}`,
  omitted: (count: number) => `et ${count} autre${s(count)} : voyez --json`,
  kinds: {
    checkpoint: (size: string) => `tête du registre de taille ${size}`,
    'sealed-document': (id: string) => `document ${id}`,
  },
  faults: faultIn('fr', {
    'copy-missing': "sa copie manque dans l'archive, ou le jeton de la base n'est plus celui qui fut copié.",
    'copy-differs': "sa copie dans l'archive est différente.",
  }),
}

const en: typeof fr = {
  configured: (names) =>
    `Trusted time: ${names.join(', ')}; where an authority fails, the next one stands in for it.`,
  none: "No timestamp authority is configured (timestamps.authorities): times are the house's own, no third party answers for them.",
  facts: {
    trustedTime: 'Trusted time',
    heads: 'Heads of the ledger',
    documents: 'Sealed documents',
    waitingSince: 'Waiting longest',
    unarchived: 'Tokens without a copy in the archive',
  },
  stamped: (stamped, waiting) => `${stamped} stamped, ${waiting} waiting`,
  untimed: "none: times are the house's own (« scelle evidence status »)",
  resting: 'Until when tokens hold, and when they will be renewed:',
  columns: ['authority', 'tokens', 'hold until', 'end of', 'renewed from'],
  certificate: 'certificate',
  verifying: 'Verifying timestamp tokens',
  verified: (tokens, subjects) =>
    `All tokens are good: ${tokens}, over ${subjects} heads of the ledger and documents.`,
  notVerified: (count) => `${count} timestamp token${s(count)} to look at:`,
  finding: (what, generation, fault) => `${what}, token ${generation}: ${fault}`,
  omitted: (count) => `and ${count} more: see --json`,
  kinds: {
    checkpoint: (size) => `head of the ledger of size ${size}`,
    'sealed-document': (id) => `document ${id}`,
  },
  faults: faultIn('en', {
    'copy-missing':
      'its copy is missing in the archive, or the token of the database is not the one that was copied.',
    'copy-differs': 'its copy in the archive differs.',
  }),
}

const tables = { fr: typesetAll(fr, 'fr'), en: typesetAll(en, 'en') }

/** What `evidence` says, typeset. */
export const sayEvidenceIn = (language: Language): typeof fr => tables[language]
