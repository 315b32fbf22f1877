/** A row of facts: what, and how much or which. */
export type CertificateFact = readonly [label: string, value: string]

/** A table of numbers, its first column words. */
export type CertificateTable = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export type CertificateSection = {
  readonly heading: string
  readonly facts?: readonly CertificateFact[]
  readonly table?: CertificateTable
}

/** An entry of the ledger that a certificate stands on, and the signed head that holds it. */
export type LedgerPlace = {
  readonly index: number
  /** SHA-256(0x00 ‖ entry) in hexadecimal: the leaf of RFC 6962. */
  readonly leaf: string
  /** Of the signed head: how many entries it counts, and their root in hexadecimal. */
  readonly size: number
  readonly root: string
  /** The entry as it was hashed. */
  readonly entry: string
  /** Leads from the entry to the head: c2sp.org/tlog-proof@v1. */
  readonly proof: string
}

/** One page of a certificate or of minutes, in words: ids, figures, names of organisations; never of a patient. */
export type CertificatePage = {
  /** UUID that the certificate is known by. */
  readonly id: string
  readonly title: string
  readonly subtitle: string
  /** Who answers for it. */
  readonly issuer: { readonly name: string; readonly lines: readonly string[] }
  readonly statement: string
  readonly sections: readonly CertificateSection[]
  /** What is not said by it. */
  readonly reservations: readonly string[]
  readonly issuedAt: Date
  readonly place: LedgerPlace
}

/** What the QR code says: enough to find the entry and to know it again. */
export const certificateCode = ({ id, place }: Pick<CertificatePage, 'id' | 'place'>): string =>
  ['SCELLE', '1', id, place.index, place.leaf].join(':')
