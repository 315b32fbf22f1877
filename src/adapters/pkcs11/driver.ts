import { createRequire } from 'node:module'

/*
 * What is used of the package pkcs11js. It is native and optional: where no compiler built it, everything else must install,
 * compile and run, so its own types are not leaned on.
 */

export type Handle = Buffer
export type Attribute = { readonly type: number; readonly value?: Buffer | number | boolean | string }
export type Mechanism = {
  readonly mechanism: number
  readonly parameter?: {
    readonly type: number
    readonly iv: Buffer
    readonly ivBits: number
    readonly aad: Buffer
    readonly tagBits: number
  }
}

/** PKCS #11 v2.40 as the package offers it. What is not asynchronous blocks. */
export interface Driver {
  load(module: string): void
  C_Initialize(options: { flags: number }): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number }
  C_OpenSession(slot: Handle, flags: number): Handle
  C_Login(session: Handle, user: number, pin: string): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly Attribute[],
  ): readonly { readonly value: Buffer }[]
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle
  C_DestroyObject(session: Handle, object: Handle): void
  C_GenerateKeyAsync(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Promise<Handle>
  C_GenerateKeyPairAsync(
    session: Handle,
    mechanism: Mechanism,
    publicKey: readonly Attribute[],
    privateKey: readonly Attribute[],
  ): Promise<unknown>
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_EncryptAsync(session: Handle, content: Buffer, into: Buffer): Promise<Buffer>
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_DecryptAsync(session: Handle, content: Buffer, into: Buffer): Promise<Buffer>
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_SignAsync(session: Handle, content: Buffer, into: Buffer): Promise<Buffer>
}

/** @throws where the package was not built */
export function loadDriver(): Driver {
  const { PKCS11 } = createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => Driver }
  return new PKCS11()
}

/** Numbers of PKCS #11 v2.40; those of Edwards curves are of v3.0, which libraries of v2.40 use as well. */
export const ck = {
  osLockingOk: 0x2,
  serialSession: 0x4,
  writableSession: 0x2,
  user: 1,
  pinFinalTry: 0x20000,
  pinLocked: 0x40000,
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  value: 0x11,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  sign: 0x108,
  verify: 0x10a,
  valueLength: 0x161,
  extractable: 0x162,
  modifiable: 0x170,
  ecParameters: 0x180,
  ecPoint: 0x181,
  publicKey: 2,
  privateKey: 3,
  secretKey: 4,
  genericSecret: 0x10,
  aes: 0x1f,
  rsaPkcsSha256: 0x40,
  hmacSha256: 0x251,
  makeGenericSecret: 0x350,
  makeEcPair: 0x1040,
  ecdsa: 0x1041,
  makeEdwardsPair: 0x1055,
  eddsa: 0x1057,
  makeAes: 0x1080,
  aesGcm: 0x1087,
} as const

/** How the package names the layout of CK_GCM_PARAMS that has the length of the nonce in bits (v2.40, and v3.0). */
export const gcmLayout = 7
