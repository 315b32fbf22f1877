import path from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { noteEscrow } from '../commands/escrow-keys.ts'
import { type KeysStatus, keysStatus } from '../commands/keys-status.ts'
import { retireEpoch } from '../commands/retire-epoch.ts'
import { rewrapKeys } from '../commands/rewrap-keys.ts'
import { rotateKeys } from '../commands/rotate-keys.ts'
import { Failure } from '../domain/failure.ts'
import type { Desk } from './desk.ts'
import { inFolder, readInput, refuseExisting, writeNew } from './files.ts'
import { ask } from './files.ts'
import { count, type Frame, misuse, noun, required } from './frame.ts'
import { table } from './table.ts'
import { moment } from './typography.ts'

export function addKeys(program: Command, { help: { keys: help }, act }: Frame): void {
  const keys = noun(program, 'keys', help.noun)
  keys.command('status').description(help.status).action(act(status))
  keys.command('rotate').description(help.rotate).action(act(rotate))
  keys.command('rewrap').description(help.rewrap).action(act(rewrap))
  keys
    .command('retire')
    .description(help.retire)
    .argument('<EPOCH>', help.epoch)
    .option('--yes', help.yes)
    .action(act(retire))
  keys
    .command('escrow')
    .description(help.escrow)
    .addOption(required('--shares <N>', help.shares).argParser(fewAtMost))
    .addOption(required('--threshold <N>', help.threshold).argParser(fewAtMost))
    .addOption(required('--out <DIRECTORY>', help.outDirectory))
    .action(act(escrow))
  keys
    .command('recover')
    .description(help.recover)
    .argument('<SHARE...>', help.share)
    .addOption(required('--out <FILE>', help.out))
    // All that is given comes as one argument.
    .action(act((desk, options: { out: string }, ...given) => recover(desk, options, given.flat())))
}

/** More holders than that meet nowhere. */
const mostShares = 16
const fewAtMost = (text: string): number => {
  const shares = count(text)
  if (shares < 2 || shares > mostShares) throw new InvalidArgumentError('not-allowed')
  return shares
}

const exitRefused = 3
const exitAway = 8
const exitLost = 7

async function status(desk: Desk): Promise<number> {
  const { stores, register } = (await desk.house()).keyKeeper()
  const found = await keysStatus(stores, register)
  desk.answer(found, () => sayStatus(desk, found))
  if (found.lost > 0 || found.index === 'differs') return exitLost
  return found.stores.some(({ epochs }) => epochs === null) ? exitAway : 0
}

function sayStatus({ say: { keys: say }, width }: Desk, found: KeysStatus): string {
  const rows = found.epochs.map(({ epoch, isPresent, retiredAt, wrapped, ...rest }) => [
    isPresent ? `${epoch} ${say.present}` : epoch,
    retiredAt ? say.retired(moment(retiredAt)) : rest.in.map((kind) => say.providers[kind]).join(', '),
    wrapped.patient,
    wrapped.batch,
    moment(rest.madeAt),
    moment(rest.escrowedAt),
  ])
  const waiting = found.epochs.filter((one) => !one.isPresent && one.wrapped.patient + one.wrapped.batch > 0)
  const emptied = found.epochs.filter(
    (one) => !one.isPresent && one.in.length > 0 && one.wrapped.patient + one.wrapped.batch === 0,
  )
  return [
    table(say.columns, rows, width),
    '',
    ...found.stores
      .filter(({ epochs }) => epochs === null)
      .map(({ kind, code }) => `✗ ${say.away(say.providers[kind], code!)}`),
    `${found.index === 'agrees' ? '✓' : found.index === 'untold' ? '!' : '✗'} ${say.index[found.index]}`,
    ...(found.lost > 0 ? [`✗ ${say.lost(found.lost)}`] : []),
    ...(waiting.length > 0 ? [`→ ${say.rewrapNext}`] : []),
    ...emptied.map(({ epoch }) => `→ ${say.retireNext(epoch)}`),
    ...found.epochs
      .filter((one) => one.in.includes('local') && !one.escrowedAt)
      .map(({ epoch }) => `→ ${say.escrowNext(epoch)}`),
  ].join('\n')
}

async function rotate(desk: Desk): Promise<void> {
  const rotation = await rotateKeys((await desk.house()).keyKeeper(), desk.actor)
  const { keys: say } = desk.say
  desk.answer(rotation, () =>
    [
      `✓ ${say.rotated(rotation.epoch, say.providers[rotation.provider])}`,
      ...(rotation.indexMoved ? [`✓ ${say.indexMoved}`] : []),
      ...(rotation.provider === 'local'
        ? [`! ${say.bringToOthers}`, `→ ${say.escrowNext(rotation.epoch)}`]
        : []),
      `→ ${say.rewrapNext}`,
    ].join('\n'),
  )
}

async function rewrap(desk: Desk): Promise<number> {
  const keeper = (await desk.house()).keyKeeper()
  const { keys: say } = desk.say
  const { stores, register } = keeper
  const { epochs } = await keysStatus(stores, register)
  const total = epochs
    .filter(({ isPresent }) => !isPresent)
    .reduce((sum, { wrapped }) => sum + wrapped.patient + wrapped.batch, 0)
  const progress = desk.progress(say.rewrapping)
  const { signal } = desk
  const done = await rewrapKeys(
    keeper,
    desk.actor,
    (count) => progress.at(count, Math.max(count, total)),
    signal,
  ).finally(() => progress.end())
  const failures = Object.entries(done.failed)
  const failed = failures.reduce((sum, [, number]) => sum + number, 0)
  desk.answer({ ...done, interrupted: signal.aborted }, () =>
    [
      `${failed > 0 ? '✗' : '✓'} ${say.rewrapped(done.rewrapped.patient, done.rewrapped.batch, done.epoch)}`,
      ...failures.map(([code, number]) => `✗ ${say.notRewrapped(number, code)}`),
      ...(signal.aborted ? [`! ${say.interrupted}`] : []),
    ].join('\n'),
  )
  if (signal.aborted) return exitAway
  return failed > 0 ? exitLost : 0
}

async function retire(desk: Desk, { yes }: { yes?: true }, text: string): Promise<number | void> {
  const epoch = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
  if (epoch === undefined) throw misuse('not-a-number', 'EPOCH')
  const { keys: say } = desk.say
  if (!yes) {
    if (!process.stdin.isTTY) throw misuse('missing-option', '--yes')
    if ((await ask(`${say.confirmRetire(epoch)} `)) !== String(epoch)) {
      desk.answer({ retired: null }, () => say.notRetired)
      return exitRefused
    }
  }
  await retireEpoch(epoch, (await desk.house()).keyKeeper(), desk.actor)
  desk.answer({ retired: epoch }, () => [`✓ ${say.retiredNow(epoch)}`, `! ${say.copiesRemain}`].join('\n'))
}

type EscrowOptions = { readonly shares: number; readonly threshold: number; readonly out: string }

async function escrow(desk: Desk, { shares, threshold, out }: EscrowOptions): Promise<void> {
  if (threshold > shares) throw misuse('not-allowed', '--threshold')
  const { master } = (await desk.settings()).keys
  if (!master) throw new Failure('configuration-invalid', { count: 1, faults: 'keys.master: missing' })
  const house = await desk.house()
  const { keyShares } = await import('../compose.ts')
  const made = await keyShares.split(master, { shares, threshold, madeOn: house.clock.now() })
  const files = made.shares.map((_, at) => path.join(out, desk.say.keys.shareFile(at + 1, shares)))
  await inFolder(out, async () => {
    await refuseExisting(...files)
    for (const [at, text] of made.shares.entries()) await writeNew(files[at]!, text)
  })
  const { epochs, digest } = made
  await noteEscrow({ epochs, digest, shares, threshold }, house.keyKeeper(), desk.actor)
  const { keys: say } = desk.say
  desk.answer({ epochs, digest, shares, threshold, files }, () =>
    [
      `✓ ${say.escrowed(shares, threshold, epochs.join(', '))}`,
      ...files.map((file) => `  ${file}`),
      `  SHA-256 ${digest}`,
      `! ${say.printShares}`,
    ].join('\n'),
  )
}

async function recover(desk: Desk, { out }: { out: string }, given: string[]): Promise<void> {
  const { keyShares } = await import('../compose.ts')
  await refuseExisting(out)
  const texts = await Promise.all(given.map(async (file) => (await readInput(file)).toString('latin1')))
  const { epochs, digest, wrong } = await keyShares.recover(texts, out)
  const { keys: say } = desk.say
  desk.answer({ file: out, epochs, digest, wrong }, () =>
    [
      `✓ ${say.recovered(out, epochs.join(', '))}`,
      `  SHA-256 ${digest}`,
      ...wrong.map((position) => `! ${say.wrongShare(position)}`),
      `→ ${say.compareDigest}`,
    ].join('\n'),
  )
}
