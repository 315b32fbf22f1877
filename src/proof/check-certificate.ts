import { type CertificateFacts, verifyCertificate } from '../domain/certificates/verify-certificate.ts'
import { Failure } from '../domain/failure.ts'
import { readCanonicalEntry } from '../ledger/entry.ts'
import { type NoteVerifier, parseVerifierKey } from '../ledger/note.ts'
import { parseProof, verifyProof } from '../ledger/tlog-proof.ts'
import { leafHash } from '../ledger/tree.ts'
import type { Finding } from './findings.ts'
import { blocksOf, certificatesOf, isList, type Trust } from './trust.ts'

/** `coherent`: signed and dated as it says, and nobody gave the key that its place in the ledger is compared with. */
export type CertificateReport = {
  readonly verdict: 'proven' | 'coherent' | 'faulty'
  readonly findings: readonly Finding[]
  readonly facts: CertificateFacts | undefined
  /** The entry that it stands on, where that was shown to be in the ledger. */
  readonly place: { readonly index: number; readonly origin: string; readonly size: number } | undefined
}

/** Is this a PDF, and thus no proof file? */
export const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString() === '%PDF-'

/**
 * Judges a signed attestation by itself: its signature and time-stamps up to the authorities that are trusted, and the proof
 * in its metadata up to the ledger's key. @throws Failure checkpoint-invalid for a given key that is none
 */
export async function checkCertificate(
  pdf: Uint8Array,
  { anchors, ledgerKeys }: Pick<Trust, 'anchors' | 'ledgerKeys'>,
  now: Date,
): Promise<CertificateReport> {
  const ledgers = ledgerKeys.map((key) => parseVerifierKey(key))
  const [known, lists] = [certificatesOf(anchors), blocksOf('X509 CRL', anchors)]
  const findings: Finding[] = lists.every(isList) ? [] : [{ code: 'revocations-malformed', path: '' }]
  const trust = { anchors: known, timestampAnchors: known, revocations: lists.filter(isList) }
  const verdict = await verifyCertificate(pdf, trust, now)
  if (!verdict.isGood) {
    const path = verdict.signature === 1 ? 'Signature' : `Horodatage ${verdict.signature - 1}`
    findings.push({ code: 'certificate-invalid', path, reason: verdict.fault })
  }
  const place = ledgers.length > 0 && verdict.isGood ? placeOf(pdf, ledgers) : undefined
  if (place && 'code' in place) findings.push(place)
  return {
    verdict: findings.length > 0 ? 'faulty' : place ? 'proven' : 'coherent',
    findings,
    facts: verdict.isGood ? verdict.facts : undefined,
    place: place && 'index' in place ? place : undefined,
  }
}

/** Follows the proof in the metadata. The signature covers it: what it says is what the signer said. */
function placeOf(
  pdf: Uint8Array,
  ledgers: readonly NoteVerifier[],
): NonNullable<CertificateReport['place']> | Finding {
  const text = new TextDecoder().decode(pdf)
  const refuse = (reason: string): Finding => ({ code: 'inclusion-invalid', path: 'LedgerProof', reason })
  const [index, leaf, entry, proof] = ['Index', 'Leaf', 'Entry', 'Proof'].map((name) => said(name, text))
  if (index === undefined || entry === undefined || proof === undefined) return refuse('proof-malformed')
  const bytes = Buffer.from(entry)
  const hash = leafHash(bytes)
  try {
    const parsed = parseProof(proof)
    const isOne = String(parsed.index) === index && readCanonicalEntry(bytes)?.seq === parsed.index
    if (!isOne || hash.toString('hex') !== leaf) return refuse('index-differs')
    const { origin, size } = verifyProof(parsed, hash, ledgers)
    return { index: parsed.index, origin, size }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const reason = String(error.facts.reason)
    return reason === 'signer-unknown' ? { code: 'ledger-unknown', path: 'LedgerProof' } : refuse(reason)
  }
}

/** A property of the metadata, if it stands there once. */
function said(name: string, text: string): string | undefined {
  const found = [...text.matchAll(new RegExp(`<scelle:Ledger${name}>([^<]*)</scelle:Ledger${name}>`, 'g'))]
  const [, value] = found.length === 1 ? found[0]! : []
  return value?.replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
