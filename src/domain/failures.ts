type Entry = { readonly retry: 'never' | 'later'; readonly http: number; readonly exit: number }

/**
 * The one table of what can go wrong; its sentences are in failures-en.ts and failures-fr.ts. A code is stable for ever:
 * scripts, runbooks and the interface rely on it. `retry` tells the runner; `http` and `exit` tell the faces.
 * Exit: 2 usage · 3 refused · 4 held · 5 not found · 6 storage · 7 verification · 8 away, try again · 9 fault of ours.
 */
export const failures = {
  // Manifest and drop
  'manifest-missing': { retry: 'never', http: 422, exit: 3 },
  'manifest-invalid': { retry: 'never', http: 422, exit: 3 },
  'batch-empty': { retry: 'never', http: 422, exit: 3 },
  'batch-duplicate': { retry: 'never', http: 409, exit: 3 },
  'batch-changed-while-read': { retry: 'later', http: 409, exit: 8 },
  'batch-entry-not-a-file': { retry: 'never', http: 422, exit: 3 },
  'batch-not-a-folder': { retry: 'never', http: 422, exit: 2 },
  'file-name-not-utf8': { retry: 'never', http: 422, exit: 3 },
  'file-not-of-batch': { retry: 'never', http: 409, exit: 3 },
  'nothing-accepted': { retry: 'never', http: 409, exit: 3 },
  'counts-do-not-reconcile': { retry: 'never', http: 409, exit: 4 },
  'cover-sheet-missing': { retry: 'never', http: 409, exit: 4 },
  'cover-sheet-foreign': { retry: 'never', http: 409, exit: 4 },
  'bounds-out-of-file': { retry: 'never', http: 409, exit: 4 },
  // Files
  'file-missing': { retry: 'never', http: 422, exit: 3 },
  'file-digest-differs': { retry: 'never', http: 422, exit: 3 },
  'file-kind-unknown': { retry: 'never', http: 415, exit: 3 },
  'file-unreadable': { retry: 'never', http: 422, exit: 3 },
  'file-truncated': { retry: 'never', http: 422, exit: 3 },
  'file-encrypted': { retry: 'never', http: 422, exit: 3 },
  'file-too-large': { retry: 'never', http: 413, exit: 3 },
  'file-too-costly': { retry: 'never', http: 422, exit: 3 },
  'file-duplicate': { retry: 'never', http: 409, exit: 3 },
  'reader-broken': { retry: 'later', http: 503, exit: 8 },
  // Contract, host, registry
  'contract-unknown': { retry: 'never', http: 422, exit: 3 },
  'contract-not-in-force': { retry: 'never', http: 403, exit: 3 },
  'contract-clause-missing': { retry: 'never', http: 403, exit: 3 },
  'dpia-missing': { retry: 'never', http: 403, exit: 3 },
  'host-certificate-not-valid': { retry: 'never', http: 403, exit: 3 },
  'host-activity-missing': { retry: 'never', http: 403, exit: 3 },
  'host-outside-eea': { retry: 'never', http: 403, exit: 3 },
  'identifier-invalid': { retry: 'never', http: 422, exit: 2 },
  'already-registered': { retry: 'never', http: 409, exit: 2 },
  'import-invalid': { retry: 'never', http: 422, exit: 2 },
  // Patient and consent
  'patient-unknown': { retry: 'never', http: 409, exit: 4 },
  'patient-missing': { retry: 'never', http: 409, exit: 4 },
  'consent-pending': { retry: 'never', http: 409, exit: 4 },
  'consent-expired': { retry: 'never', http: 409, exit: 4 },
  'consent-refused': { retry: 'never', http: 403, exit: 3 },
  'consent-withdrawn': { retry: 'never', http: 403, exit: 4 },
  'identity-conflict': { retry: 'never', http: 409, exit: 4 },
  'ins-test-identity': { retry: 'never', http: 422, exit: 4 },
  'ins-invalid': { retry: 'never', http: 422, exit: 4 },
  // Work on documents
  'document-empty': { retry: 'never', http: 409, exit: 4 },
  'recognition-failed': { retry: 'later', http: 500, exit: 9 },
  'assembly-failed': { retry: 'never', http: 500, exit: 9 },
  'rejected-by-operator': { retry: 'never', http: 409, exit: 3 },
  'batch-rejected': { retry: 'never', http: 409, exit: 3 },
  'state-forbids': { retry: 'never', http: 409, exit: 3 },
  'not-found': { retry: 'never', http: 404, exit: 5 },
  // Staging, keys, archive
  'staged-object-damaged': { retry: 'later', http: 500, exit: 7 },
  'staged-object-missing': { retry: 'later', http: 500, exit: 6 },
  'staging-full': { retry: 'later', http: 503, exit: 8 },
  'staging-destroyed': { retry: 'never', http: 410, exit: 7 },
  'words-unreadable': { retry: 'never', http: 422, exit: 3 },
  'text-not-kept': { retry: 'never', http: 410, exit: 3 },
  'key-missing': { retry: 'never', http: 500, exit: 9 },
  'key-lost': { retry: 'never', http: 500, exit: 2 },
  'key-file-exposed': { retry: 'never', http: 500, exit: 2 },
  'key-file-invalid': { retry: 'never', http: 500, exit: 2 },
  'key-unavailable': { retry: 'later', http: 503, exit: 8 },
  'key-mismatch': { retry: 'never', http: 500, exit: 7 },
  'key-destroyed': { retry: 'never', http: 410, exit: 7 },
  'envelope-invalid': { retry: 'never', http: 422, exit: 7 },
  'envelope-not-authentic': { retry: 'never', http: 422, exit: 7 },
  'storage-away': { retry: 'later', http: 503, exit: 8 },
  'storage-refused': { retry: 'never', http: 502, exit: 6 },
  'object-missing': { retry: 'never', http: 404, exit: 6 },
  'deposit-conflict': { retry: 'never', http: 409, exit: 7 },
  'deposit-differs': { retry: 'later', http: 500, exit: 7 },
  // Ledger
  'ledger-not-consistent': { retry: 'never', http: 500, exit: 7 },
  'checkpoint-invalid': { retry: 'never', http: 422, exit: 7 },
  'proof-invalid': { retry: 'never', http: 422, exit: 7 },
  'entry-too-long': { retry: 'never', http: 422, exit: 9 },
  'entry-not-published': { retry: 'later', http: 409, exit: 4 },
  'ledger-older-than-published': { retry: 'never', http: 500, exit: 7 },
  'ledger-contradicts-published': { retry: 'never', http: 500, exit: 7 },
  'witness-away': { retry: 'later', http: 503, exit: 8 },
  'witness-refused': { retry: 'never', http: 502, exit: 7 },
  // Certificates
  'attestation-figures-differ': { retry: 'never', http: 409, exit: 4 },
  'attestation-pending': { retry: 'later', http: 409, exit: 8 },
  'attestation-differs': { retry: 'later', http: 500, exit: 7 },
  'certificate-invalid': { retry: 'never', http: 422, exit: 7 },
  'certificate-not-made': { retry: 'never', http: 500, exit: 9 },
  // House
  usage: { retry: 'never', http: 400, exit: 2 },
  'configuration-missing': { retry: 'never', http: 500, exit: 2 },
  'configuration-invalid': { retry: 'never', http: 500, exit: 2 },
  'configuration-incomplete': { retry: 'never', http: 500, exit: 2 },
  'organisation-missing': { retry: 'never', http: 400, exit: 2 },
  'input-unreadable': { retry: 'never', http: 400, exit: 2 },
  'output-refused': { retry: 'never', http: 400, exit: 2 },
  'database-away': { retry: 'later', http: 503, exit: 8 },
  'database-refused': { retry: 'never', http: 500, exit: 2 },
  'migration-changed': { retry: 'never', http: 500, exit: 7 },
  'migration-unknown': { retry: 'never', http: 500, exit: 2 },
  'role-too-powerful': { retry: 'never', http: 500, exit: 2 },
  'queue-away': { retry: 'later', http: 503, exit: 8 },
  cancelled: { retry: 'later', http: 503, exit: 8 },
  unexpected: { retry: 'later', http: 500, exit: 9 },
} as const satisfies Record<string, Entry>

export type FailureCode = keyof typeof failures
export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(failures, code)

/** What is wrong and what to do next. `{name}` is filled from the failure's facts: ids, codes and numbers, never content. */
export type Sentence = { readonly what: string; readonly todo: string }
export type Sentences = Readonly<Record<FailureCode, Sentence>>
