import type { storageFr } from './say-storage-fr.ts'

const s = (count: number): string => (count === 1 ? '' : 's')

export const storageEn: typeof storageFr = {
  probing: (count, seconds) =>
    `Trying ${count} storage${s(count)} with objects of its own under “probe/”: about ${seconds} s…`,
  heading: (name, use) =>
    `${name} · ${{ archive: 'archive', 'unlocked-archive': 'archive without locks (lockDays: 0)', staging: 'staging' }[use]}`,
  columns: ['feature', 'seen', 'required'],
  seen: { yes: 'yes', no: 'NO', unknown: 'unknown' },
  required: 'required',
  features: {
    reachable: 'reachable, and lets us write',
    clock: 'on time, to the minute',
    versioning: 'keeps versions',
    'object-lock': 'locks objects (COMPLIANCE)',
    'lock-lengthened': 'lengthens a lock',
    'lock-not-shortened': 'refuses to shorten a lock',
    'deletion-refused': 'refuses to delete what is locked',
    'legal-hold': 'keeps a legal hold',
    'lock-of-parts': 'locks also what is sent in parts',
    'conditional-put': 'writes on condition (If-None-Match)',
    checksum: 'verifies checksums (SHA-256)',
    'signed-body': 'verifies the content that the signature announces',
    multipart: 'takes objects in parts',
    range: 'gives a part of an object',
  },
  meanings: {
    reachable: 'Nothing could be seen: check address, bucket, credentials and rights.',
    clock:
      'Locks are reckoned by our clock and kept by its own: they would end sooner or later than recorded. Set the clocks (NTP).',
    versioning: 'A put or a deletion would destroy what was there. Create the bucket with Object Lock.',
    'object-lock':
      'Anyone who holds the keys could delete the archive: retention would be an intention. Create the bucket with Object Lock, or take another storage.',
    'lock-lengthened':
      'Locks, set for some months and lengthened while retention runs, would all end: the archive would open.',
    'lock-not-shortened': 'An intruder would shorten the locks, then delete: they are none.',
    'deletion-refused': 'What is locked is deleted all the same: the lock is none.',
    'legal-hold': 'Only Scellé keeps a legal hold, by lengthening locks; the storage knows nothing of it.',
    'lock-of-parts':
      'Scellé reads every deposit back and sets the lock that is missing: for a moment a large object is open.',
    'conditional-put':
      'Two puts at once would leave two versions that nobody can delete: Scellé lets one pass after the other (a lock in the database), and looks before it repeats one.',
    checksum:
      'Content damaged on its way would be stopped by the signature alone; reading each deposit back finds it in any case.',
    'signed-body':
      'Content damaged on its way would be found only by reading it back, when it is locked already: the document would have to be deposited again.',
    multipart: 'Objects above 16 MB cannot be deposited.',
    range: 'Nothing can be read: objects are read piece by piece, so that none fills the memory.',
  },
  reasons: {
    'access-denied': 'these credentials may not do that',
    'may-not-delete-at-all':
      'these credentials may not delete anything: nothing proves that it is the lock that refuses',
    'not-tried': 'could not be tried',
    'too-slow': 'the storage answered too late: raise --lock-seconds',
    'object-lock-not-enabled': 'the bucket was created without Object Lock',
    'not-kept': 'accepted, and not kept',
    'kept-otherwise': 'kept otherwise than asked',
    'clocks-differ': 'the clocks differ by more than a minute',
    'no-such-bucket': 'there is no such bucket',
    'not-found': 'there is no such bucket',
    forbidden: 'credentials refused',
    'http-403': 'credentials refused',
    'signature-does-not-match': 'secret key refused',
    'invalid-access-key-id': 'unknown access key',
    econnrefused: 'nothing answers at this address',
  },
  verdicts: {
    yes: () => 'Fit: everything that this use requires was seen at work.',
    no: (missing) => `UNFIT: ${missing} required feature${s(missing)} missing.`,
    unproven: (missing) => `NOT PROVEN: ${missing} required feature${s(missing)} could not be seen.`,
  },
  missing: 'What is missing, and what it means',
  skew: (seconds) => `Its clock minus ours: ${seconds} s`,
  left: (count) =>
    `${count} trial version${s(count)} left under “probe/”: these credentials may not delete them. They hold random bytes only.`,
  askSecret: 'S3 secret key:',
}
