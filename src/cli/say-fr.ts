import type { BatchState, FileState } from '../domain/batch.ts'
import type { ConsentChannel, ConsentPurpose, ConsentStatus, LegalBasis } from '../domain/consent.ts'
import type { Clause } from '../domain/contract.ts'
import type { DocumentState } from '../domain/document.ts'
import type { QueueName } from '../domain/order.ts'
import type { InstallStep } from '../install.ts'
import type { Finding } from './findings.ts'

const s = (count: number): string => (count > 1 ? 's' : '')
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
  'event-differs': ({ seq }) => `L'événement de l'entrée ${seq} a été modifié dans la base après coup.`,
  'checkpoint-invalid': ({ place, reason }) =>
    `Le point de contrôle ${place} est mal formé, ou n'est signé par aucune clé connue (${reason}).`,
  'checkpoints-contradict': ({ size, place, otherPlace }) =>
    `Deux points de contrôle signés à ${size} entrées se contredisent : ${place} et ${otherPlace}.`,
  'root-differs': ({ size, place }) =>
    `Les ${size} premières entrées ne mènent pas à la racine signée dans ${place}.`,
  'ledger-shorter': ({ size, place, entries }) =>
    `Le point de contrôle ${place} couvre ${size} entrées ; il n'y en a que ${entries} : la fin a été coupée.`,
}

export const fr = {
  yes: 'oui',
  no: 'non',
  none: 'Rien à afficher.',
  code: (code: string) => `code : ${code}`,
  more: (shown: number) => `Seulement les ${shown} premiers : relevez la limite avec --limit.`,
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
    dispatched: 'en cours',
    done: 'faits',
    failed: 'en échec',
    cancelled: 'annulés',
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
    'key-file': 'fichier de clés',
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

  seeHelp: (command: string) => `Voyez « scelle ${command} --help ».`,

  usage: {
    'unknown-option': (it: string) => `« ${it} » n'est pas une option de cette commande`,
    'unknown-command': (it: string) => `« ${it} » n'est pas une commande`,
    'missing-argument': (it: string) => `il manque ${it}`,
    'option-needs-value': (it: string) => `l'option ${it} attend une valeur`,
    'missing-option': (it: string) => `il manque l'option ${it}`,
    'too-many-arguments': () => 'il y a des arguments en trop',
    'conflicting-options': () => "deux options s'excluent",
    'not-an-id': (it: string) => `${it} attend un identifiant, comme 019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b`,
    'not-an-actor': (it: string) =>
      `${it} attend un identifiant opaque de 64 caractères au plus (A-Z a-z 0-9 . _ -)`,
    'not-a-day': (it: string) => `${it} attend une date, comme 2026-11-22`,
    'not-a-time': (it: string) =>
      `${it} attend une date ou un instant, comme 2026-11-22 ou 2026-11-22T08:30:00Z`,
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
    'no-sheets': () => 'aucun intercalaire à imprimer : indiquez --count ou --patients FICHIER',
    other: () => "l'usage est incorrect",
  },
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
    'unknown-patient': "patient inconnu : importez-le d'abord",
    'basis-missing': 'base légale et médecin décideur sont exigés pour « not-required »',
    'evidence-unreadable': 'le fichier de preuve ne peut pas être lu',
    'not-utf-8': "le fichier n'est pas en UTF-8 : enregistrez-le en « CSV UTF-8 »",
    'not-csv': 'guillemets mal fermés',
    empty: 'le fichier ne contient aucune ligne',
  } as Record<string, string>,
  faultAt: (line: string, column: string, words: string) =>
    column ? `ligne ${line}, colonne ${column} : ${words}` : `ligne ${line} : ${words}`,

  init: {
    configurationWritten: (file: string) => `Configuration écrite : ${file}`,
    doing: (step: string) => `… ${step}`,
    ready: 'Scellé est prêt.',
    keysSafe: (master: string, ledger: string) =>
      `Copiez dès maintenant ${master} et ${ledger} en deux lieux sûrs, séparés l'un de l'autre et des sauvegardes de la base : sans la clé maîtresse, plus rien ne pourra jamais être lu.`,
    addOrganisation:
      'Enregistrez le service : « scelle organisation add --name "…" --siret … », puis donnez son identifiant à « organisation » dans la configuration, ou relancez « scelle init ».',
    organisationKept: (id: string) => `La configuration retient l'organisation ${id}.`,
    organisationByHand: (id: string) =>
      `La configuration ne peut pas être modifiée d'ici : ajoutez-y "organisation": "${id}".`,
    nextHost:
      "Ensuite : l'hébergeur (« scelle host add »), le sous-traitant (« scelle organisation add --kind processor »), le contrat (« scelle contract add »), les patients (« scelle patient import »), leurs décisions (« scelle consent import »).",
    askOwnerUrl: 'URL PostgreSQL du propriétaire des tables',
    askQueue: "File d'attente : redis ou postgres",
    askRedisUrl: 'URL Redis ou Valkey',
    askEndpoint: 'Adresse du stockage S3',
    askKeyId: "Identifiant de clé d'accès S3",
    askSecret: 'Clé secrète S3',
    askName: "Nom de l'organisation (vide : plus tard)",
    askSiret: 'SIRET',
  },
  organisation: {
    added: (id: string) => `Organisation enregistrée : ${id}`,
    columns: ['identifiant', 'genre', 'nom', 'SIRET', 'FINESS', 'consentement', 'choisie'],
    finessUnverifiable: 'FINESS de Corse : sa clé ne peut pas être vérifiée, relisez-le.',
    nextHost: 'Ensuite : « scelle host add », puis « scelle contract add ».',
  },
  host: {
    added: (id: string) => `Hébergeur enregistré : ${id}`,
    columns: ['identifiant', 'nom', 'certificat HDS', 'valide', 'activités', 'pays', 'stockage'],
    facts: {
      name: 'Nom',
      siren: 'SIREN',
      certificate: 'Certificat HDS',
      certifier: 'Certificateur',
      activities: 'Activités',
      valid: 'Valide',
      regions: 'Pays',
      storage: 'Stockage',
      contact: 'Contact incidents',
    },
    span: (from: string, to: string) => `du ${from} au ${to}`,
  },
  contract: {
    added: (reference: string, version: number) => `Contrat ${reference} enregistré, version ${version}.`,
    columns: ['identifiant', 'référence', 'version', 'début', 'fin', 'clauses', 'AIPD', 'reçoit des lots'],
    facts: {
      reference: 'Référence',
      version: 'Version',
      processor: 'Sous-traitant',
      host: 'Hébergeur',
      span: 'En vigueur',
      copy: 'Copie signée (SHA-256)',
      dpia: 'AIPD',
    },
    clauses: "Clauses de l'article 28 du RGPD",
    open: 'Des lots peuvent être déposés sous ce contrat.',
    closed: "Aucun lot n'est reçu sous ce contrat pour l'instant :",
  },
  patient: {
    importing: 'Import des patients',
    imported: (added: number, changed: number, unchanged: number) =>
      `${added} patient${s(added)} ajouté${s(added)}, ${changed} modifié${s(changed)}, ${unchanged} inchangé${s(unchanged)}.`,
    columns: ['identifiant', 'numéro de dossier'],
    identityColumns: ['nom de naissance', 'prénoms', 'naissance'],
    outcome: 'résultat',
    list: 'Voyez-les avec « scelle patient list ».',
    nextConsents: 'Ensuite : leurs décisions, avec « scelle consent import ».',
    facts: {
      id: 'Identifiant',
      fileNumber: 'Numéro de dossier',
      name: 'Nom de naissance',
      givenNames: 'Prénoms',
      birthDate: 'Naissance',
      ins: 'Identité',
      documents: 'Documents',
      key: 'Clé',
    },
    keyDestroyed: 'détruite',
    keyThere: 'présente',
    askFileNumber: 'Numéro de dossier : ',
  },
  consent: {
    importing: 'Import des décisions',
    imported: (recorded: number, unchanged: number) =>
      `${recorded} décision${s(recorded)} enregistrée${s(recorded)}, ${unchanged} déjà connue${s(unchanged)}.`,
    resumes: 'Les documents qui les attendaient repartent d’eux-mêmes.',
    recorded: (status: string, purpose: string) => `Décision enregistrée : ${status} (${purpose}).`,
    columns: [
      'décidé le',
      'finalité',
      'décision',
      'voie',
      'notice',
      'preuve (SHA-256)',
      'base légale',
      'décideur',
      'expire',
      'inscrit le',
      'par',
    ],
    now: 'Aujourd’hui',
    history: 'Historique',
    nothing: 'Aucune décision enregistrée : elle compte comme « en attente ».',
  },
  batch: {
    submitted: (id: string) => `Lot reçu : ${id}`,
    known: (id: string, state: string) => `Ce lot avait déjà été déposé : ${id} (${state}).`,
    follow: (id: string) => `Suivez-le : « scelle batch show ${id} ».`,
    reading: 'Dépôt',
    waiting: 'Lot',
    progress: (documents: number, total: number, held: number) =>
      `${documents}/${total} document${s(total)} traité${s(documents)}${held > 0 ? `, ${held} retenu${s(held)}` : ''}`,
    leftRunning: (id: string) => `Le lot ${id} continue sans vous : « scelle batch show ${id} ».`,
    nobodyWorks:
      'Aucun processus de travail ne donne signe de vie : lancez-les (workers/clock.ts, batch.ts, page.ts, document.ts), ou « docker compose up -d ».',
    columns: ['identifiant', 'reçu', 'boîte', 'contrat', 'état', 'pages', 'documents', 'retenus'],
    facts: {
      id: 'Lot',
      state: 'État',
      box: 'Boîte',
      contract: 'Contrat',
      operator: 'Opérateur',
      separation: 'Découpe',
      received: 'Reçu',
      closed: 'Clos',
      releasedBy: 'Libéré par',
    },
    counts: 'Comptes',
    countColumns: ['', 'annoncés', 'comptés'],
    files: 'Fichiers',
    fileColumns: ['n°', 'genre', 'octets', 'pages', 'état'],
    documents: 'Documents',
    documentsOf: (id: string) => `Le détail : « scelle document list --batch ${id} ».`,
    released: (id: string) => `Lot ${id} libéré : ses documents sont pris tels qu'ils ont été trouvés.`,
    rejected: (id: string) =>
      `Lot ${id} rejeté : le travail s'arrête, ce qui était en attente est détruit, la source revient à l'opérateur.`,
    heldCount: (count: number) =>
      `${count} document${s(count)} retenu${s(count)} : rien n'est perdu, voyez pourquoi et que faire.`,
  },
  inbox: {
    watching: (directory: string) => `Dossier de dépôt surveillé : ${directory} (Ctrl-C pour arrêter)`,
    round: (submitted: number, givenBack: number, released: number, postponed: number) =>
      `${submitted} lot${s(submitted)} reçu${s(submitted)}, ${givenBack} rendu${s(givenBack)}, ${released} libéré${s(released)}, ${postponed} remis à plus tard`,
    stopped: 'Surveillance arrêtée.',
  },
  coverSheet: {
    printed: (count: number, file: string) => `${count} intercalaire${s(count)} dans ${file}`,
    manifest: (batch: string, count: number) =>
      `Dans batch.json : "separation": "cover-sheets", "coverSheets": { "batch": "${batch}", "count": ${count} }`,
    place: 'Placez chaque intercalaire devant le dossier qu’il annonce, sans agrafer, dans l’ordre.',
  },
  document: {
    columns: ['n°', 'identifiant', 'état', 'pages', 'patient', 'scellé chez', 'clé de l’objet'],
    patientKnown: 'attribué',
    heading: (batch: string, box: string) => `Lot ${batch} · boîte ${box}`,
    facts: {
      id: 'Document',
      batch: 'Lot',
      position: 'N° dans le lot',
      state: 'État',
      patient: 'Patient',
      fileNumber: 'Numéro de dossier',
      pages: 'Pages',
      confidence: 'Reconnaissance',
      attributedBy: 'Attribué par',
      question: 'À décider',
    },
    questions: {
      'withdrawn-after-deposit':
        "Consentement retiré après l'archivage : au service de décider, conserver sur une autre base légale ou ordonner l'effacement.",
    },
    deposits: 'Objets scellés',
    parts: { access: 'PDF de consultation', master: 'original du scanner' },
    depositFacts: {
      host: 'Hébergeur',
      key: 'Clé de l’objet',
      version: 'Version',
      content: 'Contenu (SHA-256)',
      sealed: 'Scellé (SHA-256)',
      bytes: 'Octets scellés',
      verified: 'Relu, comparé',
      retain: 'Verrouillé jusqu’au',
    },
    history: 'Historique',
    historyColumns: ['quand', 'quoi', 'par', 'motif'],
    attributed: (id: string) =>
      `Document ${id} attribué : il repart, et la décision du patient sera vérifiée.`,
    fetched: (file: string) => `Document écrit dans ${file}, lisible par vous seul.`,
    exported: (directory: string) => `Objet scellé, clé et identifiant de clé dans ${directory}`,
    openWith: 'Pour l’ouvrir avec OpenSSL 3 :',
    compare: 'D’abord, comparez son empreinte au registre :',
    keyWarning:
      'La clé n’ouvre que ce document. Gardez-la à part de l’objet, et détruisez-la quand elle ne sert plus.',
  },
  ledger: {
    verifying: 'Vérification du registre',
    verified: (entries: number, checkpoints: number) =>
      `Registre vérifié : ${entries} entrée${s(entries)}, ${checkpoints} point${s(checkpoints)} de contrôle, aucune anomalie.`,
    notVerified: (count: number) => `Registre NON vérifié : ${count} anomalie${s(count)}.`,
    omitted: (count: number) => `et ${count} autre${s(count)}.`,
    whatNow:
      "Cessez d'écrire, conservez la base et l'archive en l'état, et appelez le contact sécurité (SECURITY.md).",
    empty: "Le registre est vide : rien ne s'est encore passé.",
    facts: {
      entries: 'Entrées',
      root: 'Racine',
      covered: 'Sous signature',
      checkpoints: 'Points de contrôle',
      archived: "dont copies dans l'archive",
      waiting: 'Événements en attente',
      at: 'Signé le',
      copied: "Copié dans l'archive",
    },
    note: 'Dernier point de contrôle',
    entries: 'Dernières entrées',
    entryColumns: ['n°', 'quand', 'quoi', 'par', 'sur'],
  },
  queue: {
    columns: ['file', 'en attente', 'au travail', 'différés', 'plus ancien'],
    orders: 'Ordres (la vérité, dans la base)',
    orderColumns: ['file', 'état', 'ordres', 'plus ancien'],
    workers: 'Processus',
    workerColumns: ['travaille sur', 'machine', 'pid', 'depuis', 'dernier signe'],
    noWorkers: 'Aucun processus ne donne signe de vie.',
    silent: 'silencieux',
    days: 'j',
    ago: (words: string) => `il y a ${words}`,
    rebuilt: (count: number) =>
      `${count} ordre${s(count)} de nouveau en attente : l'horloge les redonne à la file.`,
  },
}
