const hexOf = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex')

/** In hexadecimal. Web Crypto, so that the same code runs in a browser. */
export const sha256Of = async (bytes: Uint8Array): Promise<string> =>
  hexOf(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))

/** SHA-256 and SHA-512 of a file, as the ledger names contents. */
export const digestsOf = async (bytes: Uint8Array): Promise<string[]> => [
  await sha256Of(bytes),
  hexOf(await crypto.subtle.digest('SHA-512', new Uint8Array(bytes))),
]
