import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Failure } from '../../domain/failure.ts'
import { NotDer } from '../../domain/timestamps/der.ts'
import { readList } from '../../domain/timestamps/revocation.ts'

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g

/**
 * The certificates of a file, PEM or one in DER, as DER. `setting` names the setting that the file comes from.
 *
 * @throws Failure configuration-invalid
 */
export function readAnchors(file: string, setting: string): Buffer[] {
  const content = read(file, setting)
  const blocks = blocksOf(content.toString('latin1'))
  try {
    return (blocks.length > 0 ? blocks : [content]).map((one) => new X509Certificate(one).raw)
  } catch {
    throw invalid(setting, 'no-certificate')
  }
}

/** A certificate revocation list, from PEM or DER to DER. @throws Failure configuration-invalid */
export function readRevocations(file: string, setting: string): Buffer[] {
  const content = read(file, setting)
  const blocks = blocksOf(content.toString('latin1'))
  const lists = blocks.length > 0 ? blocks.map(derOf) : [content]
  try {
    for (const list of lists) readList(Uint8Array.from(list))
  } catch (error) {
    if (error instanceof NotDer) throw invalid(setting, 'no-revocation-list')
    throw error
  }
  return lists
}

const blocksOf = (pem: string): string[] => Array.from(pem.matchAll(pemBlock), ([block]) => block)

const derOf = (block: string): Buffer => Buffer.from(block.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')

function read(file: string, setting: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw invalid(setting, 'unreadable')
  }
}

const invalid = (setting: string, what: string): Failure =>
  new Failure('configuration-invalid', { count: 1, faults: `${setting}: ${what}` })
