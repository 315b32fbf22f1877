import type { BatchState, FileState } from '../domain/batch.ts'
import type { ConsentChannel, ConsentPurpose, ConsentStatus, LegalBasis } from '../domain/consent.ts'
import type { Clause } from '../domain/contract.ts'
import type { DocumentState } from '../domain/document.ts'
import type { QueueName } from '../domain/order.ts'
import type { InstallStep } from '../install.ts'
import type { Finding } from './findings.ts'

const states: Record<DocumentState | BatchState | FileState, string> = {
  received: 'reçu',
  registered: 'enregistré',
  examined: 'examiné',
  cleared: 'autorisé',
  recognised: 'reconnu',
  assembled: 'assemblé',
  sealed: 'scellé',
  deposited: 'déposé',
  verified: 'archivé, vérifié',
  composed: 'en cours',
  held: 'retenu',
  refused: 'refusé',
  rejected: 'rejeté',
  failed: 'en échec',
  closed: 'clos',
  split: 'découpé',
  duplicate: 'doublon',
}
const statuses: Record<ConsentStatus, string> = {
  granted: 'accordé',
  refused: 'refusé',
  withdrawn: 'retiré',
  pending: 'en attente',
  expired: 'expiré',
  'not-required': 'non requis',
}
const purposes: Record<ConsentPurpose, string> = {
  digitisation: 'numérisation',
  'access-by-correspondent': 'accès du médecin correspondant',
  'access-to-other-services': "accès aux dossiers d'autres services",
}
const channels: Record<ConsentChannel, string> = {
  paper: 'papier',
  oral: 'oral',
  portal: 'portail',
  message: 'message',
  import: 'import',
}
const legalBases: Record<LegalBasis, string> = {
  'legal-obligation': 'obligation légale',
  'public-task': "mission d'intérêt public",
  'preventive-medicine': 'médecine préventive',
  'vital-interests': 'intérêts vitaux',
  consent: 'consentement',
}
const clauses: Record<Clause, string> = {
  'subject-matter': 'objet, durée, données et finalités',
  'documented-instructions': 'instructions documentées',
  confidentiality: 'confidentialité du personnel',
  security: 'sécurité (article 32)',
  'sub-processors': 'sous-traitants ultérieurs',
  'data-subject-rights': 'droits des personnes',
  assistance: 'assistance (articles 32 à 36)',
  'breach-notification': 'notification des violations',
  'return-or-deletion': 'restitution ou destruction',
  audit: 'audits',
}
const queues: Record<QueueName | 'clock' | 'inbox', string> = {
  batch: 'lots',
  page: 'pages',
  document: 'documents',
  clock: 'horloge',
  inbox: 'dossier de dépôt',
}
const installSteps: Record<InstallStep, string> = {
  keys: 'clés',
  database: 'base de données',
  queue: "file d'attente",
  buckets: 'compartiments de stockage',
}

const findings: { [Kind in Finding['kind']]: (finding: Extract<Finding, { kind: Kind }>) => string } = {
  'entries-missing': ({ from, to }) => `Il manque les entrées ${from} à ${to}.`,
  'entry-out-of-order': ({ seq }) => `L'entrée ${seq} n'est pas à sa place, ou revient deux fois.`,
  'entry-malformed': ({ seq }) => `L'entrée ${seq} n'est pas le JSON canonique d'une entrée.`,
  'entry-misplaced': ({ seq }) => `L'entrée ${seq} a été écrite pour une autre place.`,
  'leaf-hash-differs': ({ seq }) => `L'empreinte rangée à côté de l'entrée ${seq} n'est pas la sienne.`,
  'subtree-differs': ({ level, index }) =>
    `L'empreinte gardée pour la tuile pleine ${index} du niveau ${level - 1} n'est pas celle de ses entrées.`,
  'tile-missing': ({ archive, path }) => `Dans l'archive ${archive}, il manque ledger/${path}.`,
  'tile-malformed': ({ archive, path }) => `Dans l'archive ${archive}, ledger/${path} est illisible.`,
  'tile-differs': ({ archive, path, seq }) =>
    seq === undefined
      ? `Dans l'archive ${archive}, ledger/${path} n'est pas ce à quoi mènent les entrées.`
      : `Dans l'archive ${archive}, ledger/${path} contient une autre entrée ${seq} que celle qui a été signée.`,
  'tiles-root-differs': ({ archive, size }) =>
    `Dans l'archive ${archive}, les ${size} premières entrées ne mènent pas à la racine de sa tête signée.`,
  'cosignature-invalid': ({ place, witness, size }) =>
    `Ce que ${place} garde comme signature du témoin ${witness} à ${size} entrées n'est pas la sienne.`,
  'published-checkpoint-invalid': ({ archive, reason }) =>
    `Dans l'archive ${archive}, ledger/checkpoint est mal formé, ou n'est signé par aucune clé connue (${reason}).`,
  'published-head-unknown': ({ archive, size }) =>
    `L'archive ${archive} montre une tête signée à ${size} entrées que la base n'a pas : la base a été restaurée dans un état plus ancien, ou il y a deux histoires.`,
  'event-differs': ({ seq }) => `L'événement de l'entrée ${seq} a été modifié dans la base après coup.`,
  'deposit-row-differs': ({ documentId, part, version }) =>
    `Les empreintes gardées de la version ${version} de « ${part} » du document ${documentId} ne sont pas celles qui ont été inscrites à son scellement.`,
  'checkpoint-row-differs': ({ size }) =>
    `Ce que la base garde à côté de la tête signée à ${size} entrées, pour continuer de là, n'est pas ce qui a été signé.`,
  'checkpoint-invalid': ({ place, reason }) =>
    `Le point de contrôle ${place} est mal formé, ou n'est signé par aucune clé connue (${reason}).`,
  'checkpoints-contradict': ({ size, place, otherPlace }) =>
    `Deux points de contrôle signés à ${size} entrées se contredisent : ${place} et ${otherPlace}.`,
  'root-differs': ({ size, place }) =>
    `Les ${size} premières entrées ne mènent pas à la racine signée dans ${place}.`,
  'ledger-shorter': ({ size, place, entries }) =>
    `Le point de contrôle ${place} couvre ${size} entrées ; il n'y en a que ${entries} : la fin a été coupée.`,
}

/** The vocabulary: states, kinds, reasons, misuses, faults and findings. */
export const wordsFr = {
  yes: 'oui',
  no: 'non',
  none: 'Rien à afficher.',
  code: (code: string) => `code : ${code}`,
  more: (shown: number) =>
    `Seulement ${shown > 1 ? `les ${shown} premiers` : 'le premier'} : relevez la limite avec --limit.`,
  states,
  statuses,
  purposes,
  channels,
  legalBases,
  clauses,
  queues,
  installSteps,
  findings,
  organisationKinds: {
    controller: 'responsable de traitement',
    processor: 'sous-traitant',
    host: 'hébergeur',
    destroyer: 'destructeur',
  },
  consentPolicies: { required: 'requis', recommended: 'recommandé' },
  insStatuses: {
    provisional: 'provisoire',
    retrieved: 'récupérée',
    validated: 'validée',
    qualified: 'qualifiée',
  },
  orderStates: {
    waiting: 'en attente',
    retrying: 'à réessayer',
    dispatched: 'confiés à la file',
    failed: 'en échec',
  },
  units: { pages: 'pages', documents: 'documents', folders: 'dossiers', files: 'fichiers' } as Record<
    string,
    string
  >,
  kinds: {
    document: 'document',
    batch: 'lot',
    patient: 'patient',
    organisation: 'organisation',
    contract: 'contrat',
    host: 'hébergeur',
    order: 'ordre en échec',
    'key-file': 'fichier de clés',
    key: 'clé du fournisseur',
    epoch: 'époque',
    'ledger-entry': 'entrée du registre',
    checkpoint: 'point de contrôle',
    'witness-memory': 'mémoire de témoin',
  } as Record<string, string>,
  separations: {
    file: 'un document par fichier',
    manifest: 'bornes du manifeste',
    'cover-sheets': 'intercalaires',
  },
  systemReasons: {
    eexist: 'il existe déjà',
    enoent: 'introuvable',
    eacces: 'accès refusé',
    eperm: 'accès refusé',
    erofs: 'lecture seule',
    eisdir: "c'est un dossier",
    enotdir: "ce n'est pas un dossier",
    enospc: 'disque plein',
  } as Record<string, string>,
  outcomes: { added: 'ajouté', changed: 'modifié', unchanged: 'inchangé', recorded: 'enregistrée' },

  seeOne: (command: string) => `Voyez « scelle ${command} ».`,
  seeHelp: (command: string) => `Voyez « scelle ${command} --help ».`,

  usage: {
    'unknown-option': (it: string) => `« ${it} » n'est pas une option de cette commande`,
    'unknown-command': (it: string) => `« ${it} » n'est pas une commande`,
    'missing-command': () => 'il manque une commande',
    'missing-argument': (it: string) => `il manque ${it}`,
    'option-needs-value': (it: string) => `l'option ${it} attend une valeur`,
    'missing-option': (it: string) => `il manque l'option ${it}`,
    'too-many-arguments': () => 'il y a des arguments en trop',
    'conflicting-options': () => "deux options s'excluent",
    'not-an-id': (it: string) => `${it} attend un identifiant, comme 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b`,
    'not-an-actor': (it: string) =>
      `${it} attend un identifiant opaque de 64 caractères au plus (A-Z a-z 0-9 . _ -)`,
    'not-a-key': () => 'une des clés données n’en est pas une : recopiez-la entière, nom+identifiant+base64',
    'not-a-head': () =>
      'la tête gardée n’en est pas une : donnez-la telle qu’elle a été publiée, ou le fichier de preuve qui la portait',
    'not-a-day': (it: string) => `${it} attend une date, comme 2026-11-22`,
    'ends-before': (it: string) => `${it} est avant le début`,
    'not-a-time': (it: string) =>
      `${it} attend une date ou un instant, comme 2026-11-22 ou 2026-11-22T08:30:00Z`,
    'not-a-url': (it: string) =>
      `${it} attend une adresse, comme postgresql://rôle:mot-de-passe@hôte:5432/base`,
    'not-a-number': (it: string) => `${it} attend un nombre entier`,
    'not-a-digest': (it: string) => `${it} attend une empreinte SHA-256 (64 chiffres hexadécimaux)`,
    'not-a-choice': (it: string, choices: string) => `${it} admet : ${choices}`,
    'not-allowed': (it: string) => `${it} n'admet pas cette valeur`,
    'choose-patient': () => 'indiquez l’identifiant du patient, ou --file-number -',
    'file-number-on-stdin': () =>
      "un numéro de dossier ne se donne pas en argument, où d'autres le verraient : indiquez --file-number - et écrivez-le sur l'entrée standard",
    'basis-missing': () =>
      '« not-required » demande --legal-basis et --decided-by (le médecin qui en a décidé)',
    'recommended-needs-basis': () => 'une politique « recommended » demande --legal-basis',
    'signed-copy-missing': () =>
      'indiquez la copie signée avec --signed-copy FICHIER ou --signed-copy-sha256',
    'terminal-refused': () => 'un document ne s’affiche pas dans un terminal : indiquez --out FICHIER',
    'no-evidence-twice': () => 'la preuve se donne par --evidence ou par --evidence-sha256, pas les deux',
    'id-or-all': () => 'indiquez un identifiant, ou --all',
    'no-sheets': () => 'aucun intercalaire à imprimer : indiquez --count ou --patients FICHIER',
    other: () => "l'usage est incorrect",
  },
  settingFaults: {
    'not-json': "n'est pas du JSON",
    missing: 'manque',
    'invalid-type': "manque, ou n'est pas du genre attendu",
    'unrecognized-keys': 'réglage inconnu',
    'invalid-value': 'valeur non admise',
    'invalid-format': 'forme incorrecte',
    'invalid-union': 'forme incorrecte',
    'too-small': 'trop petit, ou trop court',
    'too-big': 'trop grand, ou trop long',
    'secret-file-missing': 'le fichier nommé est introuvable',
    'secret-file-unreadable': 'le fichier nommé ne peut pas être lu',
  } as Record<string, string>,
  faults: {
    missing: 'valeur manquante',
    'missing-column': "cette colonne manque dans l'en-tête",
    'unknown-column': "l'en-tête contient une colonne inconnue",
    'wrong-format': 'forme incorrecte',
    'wrong-key': 'clé incorrecte',
    'not-allowed': 'valeur non admise',
    'not-a-date': 'date attendue, comme 1974-03-12',
    'not-a-time': 'instant attendu, comme 2026-09-04T08:30:00Z',
    'too-long': 'trop long',
    'too-many-fields': "plus de valeurs que de colonnes dans l'en-tête",
    'too-few-fields': "moins de valeurs que de colonnes dans l'en-tête",
    duplicate: 'déjà présent plus haut dans le fichier',
    'somebody-else':
      "numéro déjà attribué à une autre personne : corrigez-le ou, s'il s'agit bien de la même, relancez l'import avec --same-person",
    'unknown-patient': "patient inconnu : importez-le d'abord",
    'basis-missing': 'base légale et médecin décideur sont exigés pour « not-required »',
    'evidence-unreadable': 'le fichier de preuve ne peut pas être lu',
    'not-utf-8': "le fichier n'est pas en UTF-8 : enregistrez-le en « CSV UTF-8 »",
    'not-csv': 'guillemets mal fermés',
    empty: 'le fichier ne contient aucune ligne',
  } as Record<string, string>,
  settingFault: (setting: string, words: string) => `${setting} : ${words}`,
  faultAt: (line: string, column: string, words: string) =>
    column ? `ligne ${line}, colonne ${column} : ${words}` : `ligne ${line} : ${words}`,
}

/** What a language must have: the same words. */
export type Words = typeof wordsFr
