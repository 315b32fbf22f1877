/** Where the token is, and how it is logged into. */
export type TokenSettings = {
  /** The vendor's library. */
  readonly module: string
  /** Label of the token. */
  readonly token: string
  readonly pinFile: string
  readonly sessions: number
}

export type PairKind = 'ed25519' | 'p256'
export type Signing = 'eddsa' | 'ecdsa' | 'rsa-sha256'

/** What is asked of the process that holds the vendor's library. Keys are named by their labels. */
export type Request =
  | { readonly does: 'list'; readonly of: 'aes' | 'generic-secret' }
  | {
      readonly does: 'encrypt' | 'decrypt'
      readonly label: string
      readonly nonce: Buffer
      readonly context: Buffer
      readonly content: Buffer
    }
  | { readonly does: 'authenticate'; readonly label: string; readonly content: Buffer }
  | { readonly does: 'sign'; readonly label: string; readonly how: Signing; readonly content: Buffer }
  | { readonly does: 'public-key'; readonly label: string }
  | { readonly does: 'make-key'; readonly label: string }
  /** Without a value one is drawn inside. */
  | { readonly does: 'make-secret'; readonly label: string; readonly value?: Buffer }
  | { readonly does: 'make-pair'; readonly label: string; readonly kind: PairKind }
  | { readonly does: 'destroy-key'; readonly label: string }

/**
 * What became of it. `refused`: asking again changes nothing. `away`: another try may do. `absent`, `exists`: of the key with
 * that label. `damaged`: what was to be decrypted is not authentic. `full`: there is no room.
 */
export type FaultKind = 'refused' | 'away' | 'absent' | 'exists' | 'damaged' | 'full'
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly fault: FaultKind; readonly reason: string }

/** As the process of the library throws it, and as its parent hears it. `reason` is a code. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly kind: FaultKind
  readonly reason: string
  constructor(kind: FaultKind, reason: string) {
    super(`${kind} ${reason}`)
    this.kind = kind
    this.reason = reason
  }
}
