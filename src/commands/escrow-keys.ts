import { type Actor, custodyEvent } from '../domain/custody.ts'
import type { Clock } from '../ports.ts'
import { type KeyKeeper, tellAll } from './rotate-keys.ts'

/** Notes that the master keys of some epochs were split, and among how many; the shares themselves were never here. */
export async function noteEscrow(
  {
    epochs,
    digest,
    shares,
    threshold,
  }: { epochs: readonly number[]; digest: string; shares: number; threshold: number },
  keeper: Pick<KeyKeeper, 'register' | 'truth'> & { readonly clock: Clock },
  actor: Actor,
): Promise<void> {
  const { register, clock } = keeper
  for (const epoch of epochs) await register.made(epoch)
  await register.escrowed(epochs, clock.now())
  const details = { epoch: Math.max(...epochs), epochs: epochs.length, shares, threshold }
  await tellAll(
    keeper,
    actor,
    `master-key-escrowed/${digest}/${clock.now().toISOString()}`,
    (organisationId) => custodyEvent('master-key-escrowed', { organisationId }, { details }),
  )
}
