import type { AlarmCode, DutyName } from '../domain/alarm.ts'
import type { Retried } from '../commands/retry-order.ts'

const s = (count: number): string => (count > 1 ? 's' : '')

/** What is wrong, and what to do about it; `facts` in words already. */
type AlarmWords = (facts: Readonly<Record<string, string | number>>, age: string) => readonly [string, string]

const stages: Readonly<Record<string, string>> = {
  'register-batch': 'enregistrement du lot',
  'split-pages': 'découpe en pages',
  'examine-page': 'examen des pages',
  'compose-documents': 'composition des documents',
  'check-consent': 'contrôle du consentement',
  'discard-pages': 'destruction des pages refusées',
  'recognise-page': 'reconnaissance du texte',
  'confirm-identity': "contrôle de l'identité",
  'assemble-document': 'assemblage du PDF',
  'seal-document': 'scellement',
  'deposit-document': "dépôt dans l'archive",
  'verify-deposit': "relecture de l'archive",
  'close-batch': 'clôture du lot',
  'destroy-staging': "destruction de l'attente",
  elected: 'élue',
}
const duties: Record<DutyName, string> = {
  dispatch: 'distribution des ordres',
  ledger: 'registre',
  publication: 'publication du registre',
  locks: "verrous de l'archive",
  timestamps: 'horodatage',
  attestations: 'attestations de dépôt',
  staging: "nettoyage de l'attente",
  presence: 'oubli de ce qui est terminé : processus disparus, ordres des lots clos',
  alarms: 'alarmes',
}
const because = (code: string | number | undefined): string => (code ? ` (${code})` : '')

const alarms: Record<AlarmCode, AlarmWords> = {
  'batch-stalled': ({ batchId, open, stage, code }, age) => [
    `Le lot ${batchId} n'avance plus depuis ${age} : ${open} ordre${s(Number(open))} en attente, ${stage ?? '?'}${because(code)}.`,
    'Voyez « scelle queue failed », et si un processus travaille sur cette file.',
  ],
  'batch-stranded': ({ batchId }, age) => [
    `Le lot ${batchId} n'est pas clos, et plus rien n'est ordonné pour lui depuis ${age}.`,
    `Voyez « scelle batch show ${batchId} » et signalez-le : cela ne devrait pas arriver.`,
  ],
  'workers-away': ({ queue, worker }, age) => [
    queue === 'inbox'
      ? `Plus personne ne surveille le dossier de dépôt depuis ${age}.`
      : `Aucun processus ne travaille sur la file ${queue}, où des ordres attendent depuis ${age}.`,
    `Lancez workers/${worker}.ts, ou « docker compose up -d ${worker} » ; son journal dit pourquoi il s'est arrêté.`,
  ],
  'clock-away': (_facts, age) => [
    `Aucune horloge n'est élue : rien n'est distribué ni inscrit au registre depuis ${age}.`,
    "Lancez workers/clock.ts, ou « docker compose up -d clock » ; son journal dit pourquoi elle s'est arrêtée.",
  ],
  'ledger-behind': (_facts, age) => [
    `Des événements attendent leur place dans le registre depuis ${age}.`,
    "Voyez le journal de l'horloge et le fichier de la clé du registre.",
  ],
  'duty-failing': ({ duty, code }, age) => [
    `L'horloge échoue à cette tâche depuis ${age} : ${duty}${because(code)}.`,
    "Remettez en service ce que le code nomme ; l'horloge réessaie d'elle-même.",
  ],
}
const retried: Record<Retried, (count: number) => string> = {
  retried: (count) => `${count} ordre${s(count)} repris, avec autant d'essais qu'au premier jour.`,
  hurried: (count) =>
    `${count} ordre${s(count)} qui attendai${count > 1 ? 'ent leur' : 't son'} tour : avancé${s(count)}.`,
  'moved-on': (count) => `${count} ordre${s(count)} déjà reparti${s(count)}, rien à faire.`,
  scan: (count) =>
    `${count} ordre${s(count)} sans reprise possible : le fichier est écarté du lot, à numériser de nouveau.`,
}

/** Everything that is said of queues. */
export const queueFr = {
  stages,
  duties,
  alarms,
  retried,
  columns: ['file', 'en attente', 'le plus ancien', 'au travail', 'le plus ancien', 'différés'],
  orders: 'Ordres (la vérité, dans la base)',
  orderColumns: ['file', 'état', 'ordres', 'le plus ancien'],
  workers: 'Processus',
  workerColumns: ['travaille sur', 'machine', 'pid', 'depuis', 'dernier signe', 'fait'],
  idle: 'rien en ce moment',
  since: (words: string) => `depuis ${words}`,
  noWorkers: 'Aucun processus ne donne signe de vie.',
  silent: 'silencieux',
  days: 'j',
  ago: (words: string) => `il y a ${words}`,
  clock: "Tâches de l'horloge",
  dutyColumns: ['tâche', 'dernière réussite', 'échoue depuis', 'code'],
  noAlarm: 'Aucune alarme.',
  alarmCount: (count: number) => `${count} alarme${s(count)}`,
  batches: 'Lots ouverts',
  moving: 'avancent',
  waitingForPeople: 'attendent quelqu’un',
  stalled: 'n’avancent plus',
  staging: 'place réservée',
  gigabytes: (held: string, limit?: string) =>
    limit
      ? `${held} Go sur ${limit} Go ; au-delà, les dossiers déposés attendent`
      : `${held} Go, sans limite`,
  peopleColumns: ['lot', 'état', 'retenus', 'en échec', 'depuis'],
  firstOnly: (shown: number) => `Les ${shown} premiers seulement ; tous avec --json.`,
  seeFailed: 'Ce qui a échoué, et pourquoi : « scelle queue failed ».',
  failedCount: (failed: number, retrying: number) =>
    `${failed} en échec, ${retrying} à réessayer automatiquement.`,
  about: { document: 'document', page: 'page', batch: 'lot', file: 'fichier' },
  tries: (count: number) => `${count} essai${s(count)}`,
  lastTry: (when: string) => `dernier ${when}`,
  nextTry: (words: string) => `prochain dans ${words}`,
  now: 'nouvel essai en cours',
  onlyByPerson: 'aucun autre essai prévu',
  retrying: 'Reprise',
  giveBack: 'Le fichier est écarté du lot : numérisez-le de nouveau, dans un nouveau lot.',
  retryWith: (id: string) => `scelle queue retry ${id}`,
  retryAll: 'Tout reprendre : « scelle queue retry --all ».',
  nothingFailed: "Rien n'a échoué, rien n'est à réessayer.",
  nothingToRetry: 'Rien à reprendre.',
  rebuilt: (count: number) =>
    `${count} ordre${s(count)} de nouveau en attente : l'horloge les redonne à la file.`,
}

/** What a language must have: the same sentences. */
export type QueueSay = typeof queueFr
