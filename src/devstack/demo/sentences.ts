import type { BatchState, FileState } from '../../domain/batch.ts'
import { typesetAll } from '../../domain/typography.ts'
import type { DocumentState } from '../../domain/document.ts'

export type Language = 'fr' | 'en'

type BatchLine = { bar: string; pages: string; recognised: number; done: string; held: number; state: string }

type Sentences = {
  readonly title: string
  readonly parts: Readonly<
    Record<'stack' | 'install' | 'register' | 'crew' | 'way' | 'verify' | 'total', string>
  >
  readonly waiting: string
  readonly stuck: string
  readonly stopping: string
  readonly batchStates: Readonly<Record<BatchState, string>>
  readonly documentStates: Readonly<Record<DocumentState, string>>
  readonly fileStates: Readonly<Record<FileState, string>>
  batchLine(line: BatchLine): string
  totalLine(total: { perMinute: number; left: number | undefined; open: number }): string
  readonly documents: string
  readonly document: string
  readonly file: string
  readonly pages: (count: number) => string
  readonly sealedAt: (key: string) => string
  readonly toDo: string
  readonly nothingToDo: string
  readonly ledger: (size: number, root: string) => string
  readonly verified: string
  readonly notVerified: (findings: number) => string
  readonly asExpected: string
  readonly notAsExpected: string
  readonly times: string
  readonly stages: string
  readonly further: string
  readonly keepHint: string
  readonly kept: (directory: string) => string
}

const fr: Sentences = {
  title: 'Scellé : démonstration. Cinq lots numérisés entrent, des documents scellés et prouvables sortent.',
  parts: {
    stack: 'Démarrage de la pile intégrée (PostgreSQL, stockage S3 de développement)',
    install: 'Installation : clés, tables, file d’attente, compartiments',
    register:
      'Enregistrement du service, du sous-traitant, de l’hébergeur, du contrat, des patients et de leurs décisions',
    crew: 'Démarrage des processus de travail',
    way: 'Le chemin des lots, déposés comme le ferait un scanner',
    verify: 'Vérification du registre et relevé de chaque document',
    total: 'En tout',
  },
  waiting: 'déposé, en attente',
  stuck:
    'Plus rien n’avance depuis trois minutes : consultez les journaux dans le dossier de la démonstration.',
  stopping: 'Arrêt de tous les processus …',
  batchStates: {
    received: 'reçu',
    registered: 'en examen',
    composed: 'en cours',
    held: 'RETENU',
    rejected: 'rejeté',
    closed: 'clos',
  },
  documentStates: {
    registered: 'enregistré',
    examined: 'examiné',
    cleared: 'autorisé',
    recognised: 'reconnu',
    assembled: 'assemblé',
    sealed: 'scellé',
    deposited: 'déposé',
    verified: 'scellé, relu et vérifié',
    held: 'retenu',
    refused: 'refusé',
    rejected: 'rejeté',
    failed: 'en échec',
  },
  fileStates: { received: 'reçu', split: 'lu', rejected: 'illisible', duplicate: 'doublon' },
  batchLine: ({ bar, pages, recognised, done, held, state }) =>
    `${bar} ${state}${held > 0 ? `, ${held} à traiter` : ''} · ${pages} pages, ${recognised} reconnues, ${done} documents terminés`,
  totalLine: ({ perMinute, left, open }) =>
    `${perMinute} pages/min${open === 0 ? ', terminé' : left === undefined ? '' : `, encore ${left} s environ`}`,
  documents: 'Documents',
  document: 'document',
  file: 'fichier',
  pages: (count) => `${count} page${count > 1 ? 's' : ''}`,
  sealedAt: (key) => `scellé sous ${key}`,
  toDo: 'Ce qui attend quelqu’un',
  nothingToDo: 'Rien n’attend personne.',
  ledger: (size, root) => `Registre : ${size} entrées, racine ${root}`,
  verified:
    'vérifié : chaque entrée recalculée, chaque point de contrôle signé concorde, dans la base et dans l’archive',
  notVerified: (findings) => `NON VÉRIFIÉ : ${findings} anomalie(s)`,
  asExpected:
    'Tout ce qui devait être scellé l’est, relu et vérifié ; tout le reste est retenu ou rendu, avec sa raison.',
  notAsExpected: 'ATTENTION : le résultat n’est pas celui attendu :',
  times: 'Durées',
  stages: 'Travail par étape',
  further: 'Pour aller plus loin',
  keepHint: '(relancez avec --keep pour garder la pile en marche)',
  kept: (directory) => `Tout reste en marche dans ${directory} ; Ctrl-C arrête tout et efface ce dossier.`,
}

const en: Sentences = {
  title: 'Scellé: demonstration. Five scanned batches go in, sealed and provable documents come out.',
  parts: {
    stack: 'Starting the embedded stack (PostgreSQL, development S3 storage)',
    install: 'Installing: keys, tables, queue, buckets',
    register:
      'Registering the service, the subcontractor, the host, the contract, the patients and their decisions',
    crew: 'Starting the worker processes',
    way: 'The way of the batches, dropped as a scanner would',
    verify: 'Verifying the ledger and listing every document',
    total: 'In all',
  },
  waiting: 'dropped, waiting',
  stuck: 'Nothing has moved for three minutes: see the logs in the folder of the demonstration.',
  stopping: 'Stopping every process …',
  batchStates: {
    received: 'received',
    registered: 'being examined',
    composed: 'under way',
    held: 'HELD',
    rejected: 'rejected',
    closed: 'closed',
  },
  documentStates: {
    registered: 'registered',
    examined: 'examined',
    cleared: 'cleared',
    recognised: 'recognised',
    assembled: 'assembled',
    sealed: 'sealed',
    deposited: 'deposited',
    verified: 'sealed, read back and verified',
    held: 'held',
    refused: 'refused',
    rejected: 'rejected',
    failed: 'failed',
  },
  fileStates: { received: 'received', split: 'read', rejected: 'unreadable', duplicate: 'duplicate' },
  batchLine: ({ bar, pages, recognised, done, held, state }) =>
    `${bar} ${state}${held > 0 ? `, ${held} to see to` : ''} · ${pages} pages, ${recognised} recognised, ${done} documents done`,
  totalLine: ({ perMinute, left, open }) =>
    `${perMinute} pages/min${open === 0 ? ', done' : left === undefined ? '' : `, about ${left} s left`}`,
  documents: 'Documents',
  document: 'document',
  file: 'file',
  pages: (count) => `${count} page${count > 1 ? 's' : ''}`,
  sealedAt: (key) => `sealed under ${key}`,
  toDo: 'What waits for somebody',
  nothingToDo: 'Nothing waits for anybody.',
  ledger: (size, root) => `Ledger: ${size} entries, root ${root}`,
  verified:
    'verified: every entry derived again, every signed checkpoint agrees, in the database and in the archive',
  notVerified: (findings) => `NOT VERIFIED: ${findings} finding(s)`,
  asExpected:
    'All that should be sealed is sealed, read back and verified; the rest is held or given back, with its reason.',
  notAsExpected: 'ATTENTION: the outcome is not the expected one:',
  times: 'Times',
  stages: 'Work by stage',
  further: 'To look further',
  keepHint: '(run again with --keep to leave the stack running)',
  kept: (directory) => `Everything stays running in ${directory}; Ctrl-C stops it and removes that folder.`,
}

export const sentences: Readonly<Record<Language, Sentences>> = {
  fr: typesetAll(fr, 'fr'),
  en: typesetAll(en, 'en'),
}
