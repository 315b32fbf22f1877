import { type Attribute, ck, type Driver, gcmLayout, type Handle, type Mechanism } from './driver.ts'
import { Fault, type PairKind } from './protocol.ts'

const atOnce = 64
/** Longer than anything that a token gives back here. */
const answerBytes = 4096

type Kind = 'aes' | 'generic-secret' | 'private' | 'public'
const classes: Readonly<Record<Kind, readonly Attribute[]>> = {
  aes: [
    { type: ck.class, value: ck.secretKey },
    { type: ck.keyType, value: ck.aes },
  ],
  'generic-secret': [
    { type: ck.class, value: ck.secretKey },
    { type: ck.keyType, value: ck.genericSecret },
  ],
  private: [{ type: ck.class, value: ck.privateKey }],
  public: [{ type: ck.class, value: ck.publicKey }],
}

const labelled = (label: string): Attribute[] => [{ type: ck.label, value: Buffer.from(label) }]

function find(driver: Driver, session: Handle, template: readonly Attribute[]): Handle[] {
  driver.C_FindObjectsInit(session, template)
  try {
    const found: Handle[] = []
    for (;;) {
      const some = driver.C_FindObjects(session, atOnce)
      found.push(...some)
      // A token may give fewer than it was asked for, and have more.
      if (some.length === 0) return found
    }
  } finally {
    driver.C_FindObjectsFinal(session)
  }
}

const onToken: readonly Attribute[] = [{ type: ck.token, value: true }]

/** Labels of the token's keys of a kind. */
export const labelsOf = (driver: Driver, session: Handle, kind: Kind): string[] =>
  find(driver, session, [...onToken, ...classes[kind]]).map((object) =>
    driver.C_GetAttributeValue(session, object, [{ type: ck.label }])[0]!.value.toString(),
  )

/** The key with that label. @throws Fault absent, refused (there are several) */
export function one(driver: Driver, session: Handle, kind: Kind, label: string): Handle {
  const [first, second] = find(driver, session, [...onToken, ...classes[kind], ...labelled(label)])
  if (second) throw new Fault('refused', 'key-ambiguous')
  if (!first) throw new Fault('absent', 'key-missing')
  return first
}

function refuseSecond(driver: Driver, session: Handle, kind: Kind, label: string): void {
  const [there] = find(driver, session, [...onToken, ...classes[kind], ...labelled(label)])
  if (there) throw new Fault('exists', 'key-exists')
}

/** Neither leaves the token nor is ever changed. */
const kept = (label: string): Attribute[] => [
  ...onToken,
  ...labelled(label),
  { type: ck.id, value: Buffer.from(label) },
  { type: ck.private, value: true },
  { type: ck.sensitive, value: true },
  { type: ck.extractable, value: false },
  { type: ck.modifiable, value: false },
]

/** AES-256, drawn inside. @throws Fault exists */
export async function makeAesKey(driver: Driver, session: Handle, label: string): Promise<void> {
  refuseSecond(driver, session, 'aes', label)
  await driver.C_GenerateKeyAsync(session, { mechanism: ck.makeAes }, [
    ...classes.aes,
    ...kept(label),
    { type: ck.valueLength, value: 32 },
    { type: ck.encrypt, value: true },
    { type: ck.decrypt, value: true },
  ])
}

/** 32 bytes for HMAC, drawn inside or brought from outside. @throws Fault exists */
export async function makeSecret(
  driver: Driver,
  session: Handle,
  label: string,
  value: Buffer | undefined,
): Promise<void> {
  refuseSecond(driver, session, 'generic-secret', label)
  const template = [...classes['generic-secret'], ...kept(label), { type: ck.sign, value: true }]
  if (value) driver.C_CreateObject(session, [...template, { type: ck.value, value }])
  else
    await driver.C_GenerateKeyAsync(session, { mechanism: ck.makeGenericSecret }, [
      ...template,
      { type: ck.valueLength, value: 32 },
    ])
}

/** Named curves in DER: RFC 8410 §3, RFC 5480 §2.1.1.1. */
const curves: Readonly<Record<PairKind, { oid: Buffer; mechanism: number }>> = {
  ed25519: { oid: Buffer.from('06032b6570', 'hex'), mechanism: ck.makeEdwardsPair },
  p256: { oid: Buffer.from('06082a8648ce3d030107', 'hex'), mechanism: ck.makeEcPair },
}

/** @throws Fault exists */
export async function makePair(
  driver: Driver,
  session: Handle,
  label: string,
  kind: PairKind,
): Promise<void> {
  refuseSecond(driver, session, 'private', label)
  const { oid, mechanism } = curves[kind]
  await driver.C_GenerateKeyPairAsync(
    session,
    { mechanism },
    [
      ...onToken,
      ...labelled(label),
      { type: ck.id, value: Buffer.from(label) },
      { type: ck.ecParameters, value: oid },
      { type: ck.verify, value: true },
    ],
    [...kept(label), { type: ck.sign, value: true }],
  )
}

/** The end of an elliptic point as the token tells it, bare or as an OCTET STRING. */
export function publicPoint(driver: Driver, session: Handle, label: string): Buffer {
  const key = one(driver, session, 'public', label)
  return driver.C_GetAttributeValue(session, key, [{ type: ck.ecPoint }])[0]!.value
}

export const gcm = (nonce: Buffer, context: Buffer): Mechanism => ({
  mechanism: ck.aesGcm,
  parameter: { type: gcmLayout, iv: nonce, ivBits: nonce.length * 8, aad: context, tagBits: 128 },
})

export const room = (): Buffer => Buffer.alloc(answerBytes)
