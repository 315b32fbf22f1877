import { en as corrections } from './failures-corrections-en.ts'
import { en as evidence } from './failures-evidence-en.ts'
import type { Sentences } from './failures.ts'

export const en: Sentences = {
  'manifest-missing': {
    what: 'The batch folder has no batch.json.',
    todo: 'Add the manifest (docs/schemas/batch.schema.json) and drop the folder again.',
  },
  'manifest-invalid': {
    what: 'batch.json has {count} fault(s): {faults}.',
    todo: 'Correct every place named and drop the folder again.',
  },
  'batch-empty': {
    what: 'The batch folder holds no file to read.',
    todo: 'Put the scans beside batch.json and drop the folder again.',
  },
  'batch-duplicate': {
    what: 'This batch was dropped before: it is batch {batchId}.',
    todo: 'Nothing to do: follow the first one with « scelle batch show {batchId} ».',
  },
  'batch-changed-while-read': {
    what: 'The batch folder changed while it was read.',
    todo: 'Wait until the scanner has finished, then drop it again.',
  },
  'batch-entry-not-a-file': {
    what: 'The batch folder holds {count} entry or entries that are no plain file: a folder, a link or a device.',
    todo: 'Put every scan directly beside batch.json and drop the folder again.',
  },
  'batch-not-a-folder': {
    what: 'There is no folder at the place given.',
    todo: 'Give the path of a folder that holds batch.json and the scans.',
  },
  'file-name-not-utf8': {
    what: 'The folder holds {count} file name(s) that are not in UTF-8.',
    todo: 'Have the scanner or the share write names in UTF-8, rename the files, and drop the folder again.',
  },
  'file-not-of-batch': {
    what: 'This file was not in the folder when the batch was taken in, or has been changed since.',
    todo: 'If it is to be archived, drop it in a new batch.',
  },
  'nothing-accepted': {
    what: 'None of the files of this batch could be accepted.',
    todo: 'Read the reason given for each file; put them right or scan again, and drop the batch anew.',
  },
  'counts-do-not-reconcile': {
    what: 'The manifest announces {expected} {unit}, {counted} were counted.',
    todo: 'Look for the missing or surplus sheets in the box; rescan and drop anew, or release the batch with « scelle batch release ID ».',
  },
  'cover-sheet-missing': {
    what: 'Cover sheet {sequence} of {count} was not read. Candidate pages: {candidates}.',
    todo: 'Look at these pages; rescan the cover sheet, or release the batch with « scelle batch release ID ».',
  },
  'cover-sheet-foreign': {
    what: 'Page {page} carries a cover sheet of another batch.',
    todo: 'Check that the sheets of two batches were not mixed; reject this batch (« scelle batch reject ID ») and scan it again.',
  },
  'bounds-out-of-file': {
    what: 'Document {position} asks for pages {from} to {to}, the file has {pages}.',
    todo: 'Correct the bounds in batch.json and drop the batch again.',
  },
  'file-missing': {
    what: 'File {position} of the manifest is not in the folder.',
    todo: 'Add the file or correct batch.json, then drop the folder again.',
  },
  'file-digest-differs': {
    what: 'File {position} is not the one whose SHA-256 the manifest gives.',
    todo: 'Copy the folder from the scanner again: the file changed on the way.',
  },
  'file-kind-unknown': {
    what: 'File {position} is neither PDF, TIFF, JPEG nor PNG, whatever its name says.',
    todo: 'Scan the sheets again in one of these formats.',
  },
  'file-unreadable': {
    what: 'File {position} cannot be read.',
    todo: 'Scan the sheets again and drop them as a new batch.',
  },
  'file-truncated': {
    what: 'File {position} breaks off before its end.',
    todo: 'Copy it from the scanner again, or scan the sheets again, and drop them as a new batch.',
  },
  'file-encrypted': {
    what: 'File {position} is protected by a password.',
    todo: 'Scan without a password and drop the sheets as a new batch.',
  },
  'file-too-large': {
    what: 'File {position} passes the limit of {limit}.',
    todo: 'Cut it into smaller files, or have the limit raised in the configuration.',
  },
  'file-too-costly': {
    what: 'Reading file {position} goes past a limit ({cost}: {limit}).',
    todo: 'Scan those pages again, or in smaller files; if the file is sound, raise that limit under « parsing » in the configuration and hand it over again.',
  },
  'file-duplicate': {
    what: 'File {position} has the same bytes as another file received before.',
    todo: 'Nothing to do if the sheet was scanned twice; otherwise scan the right sheet.',
  },
  'reader-broken': {
    what: 'The programs that read files do not work here ({reader}): they cannot read a file of our own.',
    todo: 'Nothing is wrong with the files; they wait. Install again (npm ci), give the workers enough memory and processes, and see docs/hostile-files.md.',
  },
  'contract-unknown': {
    what: 'No contract has the reference given in the manifest.',
    todo: 'Correct the reference, or add the contract with « scelle contract add ».',
  },
  'contract-not-in-force': {
    what: 'The contract runs from {from} to {to}: it is not in force today.',
    todo: 'Sign a new version and add it with « scelle contract add ».',
  },
  'contract-clause-missing': {
    what: 'The contract lacks clauses of GDPR article 28: {clauses}.',
    todo: 'Amend the contract, then add its new version with « scelle contract add ».',
  },
  'dpia-missing': {
    what: 'No data protection impact assessment is recorded for the contract.',
    todo: 'Carry it out before scanning, then record its date on a new version of the contract.',
  },
  'host-certificate-not-valid': {
    what: "The host's HDS certificate runs from {from} to {to}: it is not valid today.",
    todo: 'Register the renewed certificate under a new name of the host (« scelle host add »), or choose another certified host; then add a new version of the contract with « scelle contract add ».',
  },
  'host-activity-missing': {
    what: "The host's HDS certificate does not cover the activities {activities}.",
    todo: 'Choose a host certified for these activities.',
  },
  'host-outside-eea': {
    what: 'The host keeps content outside the European Economic Area: {regions}.',
    todo: 'Choose a host that stores inside the EEA only.',
  },
  'identifier-invalid': {
    what: 'The {kind} fails its check digit or its form.',
    todo: 'Check it on the official document and type it again.',
  },
  'already-registered': {
    what: 'This {kind} is registered already.',
    todo: 'Use the one that exists.',
  },
  'import-invalid': {
    what: 'The file has {count} fault(s): {faults}.',
    todo: 'Correct every line named and import again: nothing was imported.',
  },
  'patient-unknown': {
    what: 'The patient reference of this document is not known.',
    todo: 'Import the patient, or attribute the document: « scelle document attribute {documentId} --patient … ».',
  },
  'patient-missing': {
    what: 'Nothing says whose document this is.',
    todo: 'Attribute it: « scelle document attribute {documentId} --patient … ».',
  },
  'consent-pending': {
    what: 'The patient has not decided yet.',
    todo: 'Record the decision with « scelle consent set PATIENT --status … »: the document then goes on by itself.',
  },
  'consent-expired': {
    what: "The patient's consent has expired.",
    todo: 'Ask again and record the decision with « scelle consent set PATIENT --status … ».',
  },
  'consent-refused': {
    what: 'The patient refused digitisation.',
    todo: 'Return the paper to the service: « scelle document returns » says where it is. Staged pages were destroyed.',
  },
  'consent-withdrawn': {
    what: 'The patient withdrew consent: reading is blocked, nothing was deleted.',
    todo: 'The service decides. To keep it under another legal basis: « scelle consent set PATIENT --status not-required --legal-basis … --decided-by … ». To give it up before it is archived: « scelle document reject ID ». Once archived it cannot be erased yet, and is not read any more.',
  },
  'identity-conflict': {
    what: 'A page of this document names another person than its patient: page {page} ({kinds}).',
    todo: 'Look at that page; attribute the document anew (« scelle document attribute {documentId} --patient … »), or reject it (« scelle document reject {documentId} ») and scan the sheets in the right folder.',
  },
  'ins-test-identity': {
    what: 'The INS on page {page} is a test identity, refused in production.',
    todo: "Obtain the person's real INS.",
  },
  'ins-invalid': {
    what: 'The INS DataMatrix on page {page} fails its check.',
    todo: 'Verify the identity with the INSi service and print the label again.',
  },
  'document-empty': {
    what: 'This document has a cover sheet, or was announced, and has no page.',
    todo: 'Look for its sheets in the box. Reject the document (« scelle document reject {documentId} »); scan what is missing as a new batch.',
  },
  'recognition-failed': {
    what: 'The page could not be recognised.',
    todo: 'It will be tried again; if it fails for good, rescan the page.',
  },
  'assembly-failed': {
    what: 'The PDF of the document could not be assembled.',
    todo: "Report the document's id; its pages are safe in staging.",
  },
  'rejected-by-operator': {
    what: 'Rejected by an operator.',
    todo: 'Ask why; scan the sheets again if they must be archived.',
  },
  'batch-rejected': {
    what: 'The batch was rejected.',
    todo: 'Correct what the batch says and drop it again.',
  },
  'state-forbids': {
    what: '{subject} is {state}: this is not possible now.',
    todo: 'Look at its present state, and at the reason of it.',
  },
  'not-found': {
    what: 'There is no {kind} with this id.',
    todo: 'List what exists, and check the organisation that you act for.',
  },
  'staged-object-damaged': {
    what: 'A staged object does not have the digest that was recorded.',
    todo: 'It will be read again; if it stays damaged, drop the batch again: the source was kept.',
  },
  'staged-object-missing': {
    what: 'A staged object is not where it was put.',
    todo: 'It will be looked for again; if it stays away, drop the batch again: the source was kept.',
  },
  'staging-full': {
    what: 'The batches at work may fill {held} GB of the {limit} GB set aside: there is no room for this one.',
    todo: 'Nothing is lost: a dropped folder is taken in as soon as a batch ends; run a command again later.',
  },
  'staging-destroyed': {
    what: 'The staging of this batch was destroyed: the batch is closed.',
    todo: 'Read the sealed documents from the archive.',
  },
  ...corrections,
  'document-type-unknown': {
    what: 'No kind of papers has this code. Those that are known: {codes}.',
    todo: 'Take one of these codes, or add the kind to the file that « filing.documentTypes » names.',
  },
  'words-unreadable': {
    what: 'The words of a document are not written as they should be (line {line}).',
    todo: 'Compare the object with the ledger: « scelle document export-sealed ID --part words ». If it is the one that was deposited, report it with the document’s id.',
  },
  'text-not-kept': {
    what: 'Document {documentId} was deposited before words were kept with their places and confidences, and its batch is closed.',
    todo: 'The text is in the PDF: « scelle document fetch {documentId} --out FILE », then pdftotext FILE.',
  },
  'key-missing': {
    what: 'There is no key file where the configuration says.',
    todo: 'Run « scelle init », or restore the key file from its backup.',
  },
  'key-lost': {
    what: 'The database needs a key file that is not in its place ({file}).',
    todo: 'Restore it from its backup: a new key would open nothing of what there is. None was made.',
  },
  'key-file-exposed': {
    what: 'The key file can be read by others than its owner (mode {mode}).',
    todo: 'Set its mode to 0600, and ask who may have read it: if anyone could, take a new key.',
  },
  'key-file-invalid': {
    what: 'The key file is not one that Scellé wrote: {reason}.',
    todo: 'Restore it from its backup; do not correct it by hand.',
  },
  'key-unavailable': {
    what: 'The key provider does not answer.',
    todo: 'Check that it runs. Work under way goes on by itself; run a command again.',
  },
  'key-mismatch': {
    what: 'A key does not open what was wrapped for another purpose, row or epoch.',
    todo: 'Restore the master key of this epoch from its backup.',
  },
  'key-destroyed': {
    what: "The patient's key was destroyed: what was sealed under it cannot be read any more.",
    todo: 'The ledger tells when, and by whom.',
  },
  'key-epoch-unknown': {
    what: 'There is no master key of epoch {epoch} here.',
    todo: 'If the key was rotated on another machine, bring the key file of this one up to date; else restore it from its backup or its shares. It will be tried again.',
  },
  'key-epoch-retired': {
    what: 'A key was wrapped under a master key that is retired meanwhile.',
    todo: 'It will be tried again, under the present one; if it goes on, bring the key file of this machine up to date.',
  },
  'key-epoch-in-use': {
    what: 'The master key of epoch {epoch} still protects {patients} patient key(s) and {batches} batch key(s).',
    todo: 'Run « scelle keys rewrap », then retire it again. Nothing was destroyed.',
  },
  'key-epoch-current': {
    what: 'Epoch {epoch} is the present one: new keys are wrapped under it.',
    todo: 'Run « scelle keys rotate » and « scelle keys rewrap » first. Nothing was destroyed.',
  },
  'index-key-missing': {
    what: 'The key provider has no index key: patients cannot be found without it.',
    todo: 'Leave the former provider in the configuration and run « scelle keys rotate », which takes its index key over.',
  },
  'index-key-differs': {
    what: 'The index key is not the one that the database was filled with.',
    todo: 'Restore the former one: under this one no patient would be found. Nothing was changed.',
  },
  'key-provider-refused': {
    what: 'The key provider refused ({reason}).',
    todo: 'See « When the HSM refuses » in docs/keys.md. A wrong PIN is not tried again before its file has changed.',
  },
  'key-store-full': {
    what: 'The key provider has no room for another key.',
    todo: 'Make room in it (retire old epochs), or have it enlarged. Nothing was changed.',
  },
  'share-invalid': {
    what: 'Share file no. {share}: {reason}.',
    todo: 'Correct what is said, or take the share of another holder in its place. Nothing was written.',
  },
  'shares-too-few': {
    what: '{have} share(s) of {need} that are needed.',
    todo: 'Bring more holders together. Nothing was written.',
  },
  'shares-disagree': {
    what: 'The shares do not come together to the key file that they announce.',
    todo: 'At least one was changed, whole as it looks. With one share more than needed, the wrong one is named.',
  },
  'envelope-invalid': {
    what: 'The sealed object is not a CMS envelope that Scellé wrote.',
    todo: 'Compare its SHA-256 with the ledger: it was changed or replaced.',
  },
  'envelope-not-authentic': {
    what: 'The sealed object fails its authentication: the key is wrong, or a byte was changed.',
    todo: 'Compare its SHA-256 with the ledger.',
  },
  'storage-away': {
    what: 'The storage does not answer.',
    todo: 'Check that it runs. Nothing is released meanwhile; work under way goes on by itself, run a command again.',
  },
  'storage-refused': {
    what: 'The storage refused the request with the code {reason}.',
    todo: 'Check credentials, bucket and its Object Lock settings.',
  },
  'object-missing': {
    what: 'The object is not in the archive.',
    todo: 'Raise an incident with the host: the ledger says that it was deposited.',
  },
  'deposit-conflict': {
    what: "Another object already stands under this document's key in the archive.",
    todo: 'Do not overwrite; compare both digests with the ledger and raise an incident.',
  },
  'deposit-differs': {
    what: 'The object read back from the archive is not the one that was deposited.',
    todo: 'Nothing is released. Raise an incident with the host.',
  },
  ...evidence,
  usage: {
    what: 'The command was not understood: {reason}.',
    todo: 'See « scelle --help ».',
  },
  'configuration-missing': {
    what: 'There is no configuration here.',
    todo: 'Run « scelle init », or name the file with --config.',
  },
  'configuration-invalid': {
    what: 'The configuration has {count} fault(s): {faults}.',
    todo: 'Correct every setting named.',
  },
  'configuration-incomplete': {
    what: '{count} setting(s) are still to be filled in: {settings}.',
    todo: 'Replace each « FILL-ME-IN » with your value, then run « scelle init » again.',
  },
  'organisation-missing': {
    what: 'No organisation is chosen.',
    todo: 'Name one with --organisation ID, or « organisation » in the configuration; « scelle organisation list » shows them.',
  },
  'input-unreadable': {
    what: 'The file could not be read ({reason}).',
    todo: 'Check its path and your rights.',
  },
  'output-refused': {
    what: 'The file could not be written ({reason}).',
    todo: 'Check the path, your rights and the space left; a file that exists is never replaced.',
  },
  'database-away': {
    what: 'The database does not answer.',
    todo: 'Check that PostgreSQL runs. Work under way goes on by itself; run a command again.',
  },
  'database-refused': {
    what: 'The database refused the connection ({reason}).',
    todo: 'Check the name of the database, role and password in the configuration; the database must exist, « scelle init » makes its tables.',
  },
  'migration-changed': {
    what: 'The migration {name} is not the one that this database was made with.',
    todo: 'Put the original file back; change the tables by a new migration.',
  },
  'migration-unknown': {
    what: 'The database has the migration {name}, which this version of Scellé does not know.',
    todo: 'Run the version of Scellé that made it, or a newer one.',
  },
  'role-too-powerful': {
    what: 'The database role {role} may pass by row-level security.',
    todo: 'Take SUPERUSER and BYPASSRLS away from it, then migrate again.',
  },
  'queue-away': {
    what: 'The queue does not answer.',
    todo: 'Check that it runs. Nothing is lost, the work is in the database and goes on by itself; run a command again.',
  },
  cancelled: {
    what: 'Interrupted before its end.',
    todo: 'The work of processes goes on by itself; run a command again.',
  },
  unexpected: {
    what: 'Something unforeseen happened ({kind}).',
    todo: 'Report it with the time and the command or id that it is about. Work under way is tried again; run a command again.',
  },
}
