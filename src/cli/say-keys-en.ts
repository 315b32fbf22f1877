import type { KeysSay } from './say-keys-fr.ts'

const s = (count: number): string => (count === 1 ? '' : 's')

/** Everything that is said of master keys. */
export const keysEn: KeysSay = {
  columns: ['epoch', 'where', 'patient keys', 'batch keys', 'known since', 'shares made'],
  present: '(present)',
  providers: { local: 'local file', pkcs11: 'HSM' },
  retired: (at) => `retired ${at}`,
  away: (provider, code) => `${provider}: does not answer (${code}).`,
  index: {
    agrees: 'The index key is the one that the database was filled with.',
    differs: 'The index key is NOT the one that the database was filled with: no patient would be found.',
    missing: 'There is no index key: no patient is found.',
    away: 'The index key could not be checked.',
    untold: 'The index key was never checked yet: « scelle init » or « scelle keys rotate » will note it.',
  },
  lost: (count) =>
    `${count} key${s(count)} under an epoch that nobody has here: what ${count === 1 ? 'it protects' : 'they protect'} cannot be read. Restore the key of that epoch.`,
  rewrapNext: 'Next: « scelle keys rewrap », which may run while work goes on.',
  retireNext: (epoch) =>
    `Nothing is wrapped under epoch ${epoch} any more: « scelle keys retire ${epoch} » destroys its key.`,
  escrowNext: (epoch) =>
    `The key of epoch ${epoch} has no shares: « scelle keys escrow --shares 5 --threshold 3 --out DIRECTORY ».`,
  rotated: (epoch, provider) => `New master key: epoch ${epoch}, ${provider}.`,
  indexMoved: 'The index key was taken over from the former provider.',
  bringToOthers:
    'Back the key file up now, and bring it to every other machine: what this one wraps from now on cannot be read there without it.',
  rewrapping: 'Re-wrapping keys',
  rewrapped: (patients, batches, epoch) =>
    `${patients} patient key${s(patients)} and ${batches} batch key${s(batches)} wrapped under epoch ${epoch}.`,
  notRewrapped: (count, code) =>
    `${count} key${s(count)} left as ${count === 1 ? 'it is' : 'they are'} (${code}).`,
  interrupted: 'Interrupted: run the command again, it goes on from here.',
  confirmRetire: (epoch) =>
    `The key of epoch ${epoch} will be destroyed; backups of the database from before re-wrapping cannot be read any more without a copy of it. Type ${epoch} to confirm:`,
  notRetired: 'Not confirmed: nothing was destroyed.',
  retiredNow: (epoch) => `The master key of epoch ${epoch} is destroyed here.`,
  copiesRemain:
    'Its copies and its shares still exist: destroy them once no backup of the database depends on them.',
  shareFile: (index, count) => `part-${index}-sur-${count}.txt`,
  escrowed: (shares, threshold, epochs) =>
    `${shares} shares, ${threshold} of which suffice; epochs ${epochs}. They were seen to come together.`,
  printShares:
    'Print each file, hand it to its holder in an envelope, then erase the folder: as long as the shares are together, they are the key.',
  recovered: (file, epochs) => `Master key recovered into ${file}; epochs ${epochs}.`,
  wrongShare: (position) =>
    `The share given in place ${position} was changed, whole as it looks: it was not used. Find out why.`,
  compareDigest:
    'Compare the digest with the one that is printed on the shares, then put the file where « keys.master » says.',
  shareReasons: {
    'not-a-share': () => 'this is no share of Scellé',
    'line-missing': (line) => `line ${line} is missing or out of its place`,
    'line-damaged': (line) => `line ${line} is damaged or mistyped`,
    incomplete: () => 'lines are missing at its end',
    'other-set': () => 'it is of another set than the others',
    twice: () => 'the same share is given twice',
  },
}
