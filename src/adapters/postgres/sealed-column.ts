import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Failure } from '../../domain/failure.ts'

/** Where a value stands. Bound to it as additional data: moved to another row or column, it does not open. */
export type Place = { readonly table: string; readonly column: string; readonly rowId: string }

const nonceBytes = 12
const tagBytes = 16

/** nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16). */
export function sealColumn(key: Buffer, place: Place, content: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(bind(place))
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** @throws Failure key-mismatch when it was sealed under another key, for another place, or changed since */
export function openColumn(key: Buffer, place: Place, sealed: Buffer): Buffer {
  const options = { authTagLength: tagBytes }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), options)
    decipher.setAAD(bind(place)).setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch (cause) {
    throw new Failure('key-mismatch', {}, { cause })
  }
}

const bind = ({ table, column, rowId }: Place): Buffer =>
  Buffer.from(`scelle/v1/column/${table}/${column}/${rowId}`)
