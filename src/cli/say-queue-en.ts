import type { QueueSay } from './say-queue-fr.ts'

const s = (count: number): string => (count === 1 ? '' : 's')
const because = (code: string | number | undefined): string => (code ? ` (${code})` : '')

/** Everything that is said of queues. */
export const queueEn: QueueSay = {
  stages: {
    'register-batch': 'registration of the batch',
    'split-pages': 'splitting into pages',
    'examine-page': 'examination of pages',
    'compose-documents': 'composition of documents',
    'check-consent': 'consent check',
    'discard-pages': 'destruction of refused pages',
    'recognise-page': 'recognition of text',
    'confirm-identity': 'identity check',
    'assemble-document': 'assembly of the PDF',
    'seal-document': 'sealing',
    'deposit-document': 'deposit in the archive',
    'verify-deposit': 'reading back from the archive',
    'close-batch': 'closing of the batch',
    'destroy-staging': 'destruction of staging',
    elected: 'elected',
  },
  duties: {
    dispatch: 'dispatching orders',
    ledger: 'ledger',
    publication: 'publication of the ledger',
    locks: 'locks of the archive',
    timestamps: 'trusted time',
    attestations: 'deposit attestations',
    staging: 'sweeping of staging',
    presence: 'forgetting what is over: processes that are gone, orders of closed batches',
    alarms: 'alarms',
  },
  alarms: {
    'batch-stalled': ({ batchId, open, stage, code }, age) => [
      `Batch ${batchId} has not moved for ${age}: ${open} order${s(Number(open))} waiting, ${stage ?? '?'}${because(code)}.`,
      'See « scelle queue failed », and whether a process works on that queue.',
    ],
    'batch-stranded': ({ batchId }, age) => [
      `Batch ${batchId} is not closed, and nothing has been ordered for it for ${age}.`,
      `See « scelle batch show ${batchId} » and report it: this should not happen.`,
    ],
    'workers-away': ({ queue, worker }, age) => [
      queue === 'inbox'
        ? `Nobody has watched the hot folder for ${age}.`
        : `No process works on queue ${queue}, where orders have waited for ${age}.`,
      `Start workers/${worker}.ts, or « docker compose up -d ${worker} »; its log says why it stopped.`,
    ],
    'clock-away': (_facts, age) => [
      `No clock is elected: nothing has been dispatched or written into the ledger for ${age}.`,
      'Start workers/clock.ts, or « docker compose up -d clock »; its log says why it stopped.',
    ],
    'ledger-behind': (_facts, age) => [
      `Events have waited for their place in the ledger for ${age}.`,
      "See the clock's log, and the ledger's key file.",
    ],
    'duty-failing': ({ duty, code }, age) => [
      `The clock has failed at this duty for ${age}: ${duty}${because(code)}.`,
      'Put right what the code names; the clock tries again by itself.',
    ],
  },
  retried: {
    retried: (count) => `${count} order${s(count)} taken up again, with as many tries as the first time.`,
    hurried: (count) => `${count} order${s(count)} that waited for the next try: brought forward.`,
    'moved-on': (count) => `${count} order${s(count)} had moved on already, nothing to do.`,
    scan: (count) =>
      `${count} order${s(count)} that no retry helps: the file is left out of the batch, to be scanned again.`,
  },
  columns: ['queue', 'waiting', 'oldest', 'at work', 'oldest', 'delayed'],
  orders: 'Orders (the truth, in the database)',
  orderColumns: ['queue', 'state', 'orders', 'oldest'],
  workers: 'Processes',
  workerColumns: ['works on', 'machine', 'pid', 'since', 'last sign', 'does'],
  idle: 'nothing right now',
  since: (words) => `for ${words}`,
  noWorkers: 'No process shows signs of life.',
  silent: 'silent',
  days: 'd',
  ago: (words) => `${words} ago`,
  clock: "The clock's duties",
  dutyColumns: ['duty', 'last success', 'failing for', 'code'],
  noAlarm: 'No alarm.',
  alarmCount: (count) => `${count} alarm${s(count)}`,
  batches: 'Open batches',
  moving: 'moving',
  waitingForPeople: 'waiting for people',
  stalled: 'not moving',
  staging: 'room in staging',
  gigabytes: (held, limit) =>
    limit ? `${held} GB of ${limit} GB; beyond that, dropped folders wait` : `${held} GB, no limit`,
  peopleColumns: ['batch', 'state', 'held', 'failed', 'since'],
  firstOnly: (shown) => `The first ${shown} only; all with --json.`,
  seeFailed: 'What failed, and why: « scelle queue failed ».',
  failedCount: (failed, retrying) => `${failed} failed, ${retrying} to be tried again by themselves.`,
  about: { document: 'document', page: 'page', batch: 'batch', file: 'file' },
  tries: (count) => (count === 1 ? '1 try' : `${count} tries`),
  lastTry: (when) => `last ${when}`,
  nextTry: (words) => `next in ${words}`,
  now: 'being tried again now',
  onlyByPerson: 'no other try is planned',
  retrying: 'Retrying',
  giveBack: 'The file is left out of the batch: scan it again, in a new batch.',
  retryWith: (id) => `scelle queue retry ${id}`,
  retryAll: 'To retry all: « scelle queue retry --all ».',
  nothingFailed: 'Nothing has failed, nothing is to be tried again.',
  nothingToRetry: 'Nothing to retry.',
  rebuilt: (count) => `${count} order${s(count)} waiting again: the clock gives them back to the queue.`,
}
