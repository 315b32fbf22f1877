import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Failure } from '../../domain/failure.ts'
import { NotDer } from '../../domain/timestamps/der.ts'
import { readList } from '../../domain/timestamps/revocation.ts'

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g

/**
 * The certificates of a PEM file, in DER. `setting` names the setting that the file comes from.
 *
 * @throws Failure configuration-invalid
 */
export function readAnchors(file: string, setting: string): Buffer[] {
  const blocks = blocksOf(read(file, setting).toString('latin1'))
  if (blocks.length === 0) throw invalid(setting, 'no-certificate')
  return blocks.map((block) => {
    try {
      return new X509Certificate(block).raw
    } catch {
      throw invalid(setting, 'no-certificate')
    }
  })
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
