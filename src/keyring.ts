import { existsSync } from 'node:fs'
import { joinKeys } from './adapters/keys/joined.ts'
import { openLocalKeys } from './adapters/keys/local-file.ts'
import { openPkcs11Keys } from './adapters/pkcs11/keys.ts'
import { openLink } from './adapters/pkcs11/link.ts'
import { ledgerKeyIn, ledgerSignature, openPkcs11CertificateSigner } from './adapters/pkcs11/signers.ts'
import { Failure } from './domain/failure.ts'
import type { CertificateSigner } from './evidence-ports.ts'
import type { KeyStore } from './key-ports.ts'
import type { KeyProvider } from './ports.ts'
import type { Settings } from './settings/settings.ts'

export type Keyring = ReturnType<typeof openKeyring>

/** Where the configuration says that keys are. Nothing is opened before it is asked for. */
export function openKeyring({ provider, master, pkcs11 }: Settings['keys']) {
  const link = pkcs11 && openLink(pkcs11)
  const hsm = () => {
    if (!link || !pkcs11)
      throw new Failure('configuration-invalid', { count: 1, faults: 'keys.pkcs11: missing' })
    return { link, labels: pkcs11.labels }
  }
  const inside = (): KeyStore[] => (link && pkcs11 ? [openPkcs11Keys(link, pkcs11.labels)] : [])
  /** A former file is gone once its last epoch is retired. */
  const local = (): KeyStore[] =>
    master && (provider === 'local' || existsSync(master)) ? [openLocalKeys(master)] : []
  /** The present one first, then the one that keys are being moved away from. */
  const stores = (): [KeyStore, ...KeyStore[]] => {
    const all = provider === 'local' ? [...local(), ...inside()] : [...inside(), ...local()]
    return all as [KeyStore, ...KeyStore[]]
  }
  return {
    stores,
    provider: (): KeyProvider => joinKeys(stores()),
    /** Signs checkpoints where the ledger's key file has the public half only. */
    signElsewhere: (message: Buffer): Promise<Buffer> => {
      const { link, labels } = hsm()
      return ledgerSignature(link, labels.ledger)(message)
    },
    /** Public half of the ledger's key in the HSM, which is made if need be. */
    ledgerKey: (): Promise<Buffer> => {
      const { link, labels } = hsm()
      return ledgerKeyIn(link, labels.ledger)
    },
    /** Signs certificates with the HSM's key of that purpose. */
    certificateSigner: (chain: readonly Buffer[]): CertificateSigner => {
      const { link, labels } = hsm()
      return openPkcs11CertificateSigner(link, labels.certificates, chain)
    },
    close: () => link?.close(),
  }
}
