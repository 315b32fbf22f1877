import { randomBytes } from 'node:crypto'
import { ck, type Driver, type Handle } from './driver.ts'
import { faultOf } from './faults.ts'
import { gcm, labelsOf, makeAesKey, makePair, makeSecret, one, publicPoint, room } from './objects.ts'
import { Fault, type Request, type Signing } from './protocol.ts'
import type { Token } from './token.ts'

/** Does what is asked, in a session of the token. That there is no such key is believed of a token that answers only. @throws Fault */
export const carryOut = (token: Token, request: Request): Promise<unknown> =>
  token.withSession(async (session) => {
    try {
      const result = await perform(token.driver, session, request)
      if (request.does === 'list') token.confirm()
      return result
    } catch (error) {
      if (error instanceof Fault && error.kind === 'absent') token.confirm()
      throw error
    }
  })

async function perform(driver: Driver, session: Handle, request: Request): Promise<unknown> {
  switch (request.does) {
    case 'list':
      return labelsOf(driver, session, request.of)
    case 'encrypt':
      return encrypt(driver, session, one(driver, session, 'aes', request.label), request)
    case 'decrypt':
      return decrypt(driver, session, one(driver, session, 'aes', request.label), request)
    case 'authenticate': {
      const key = one(driver, session, 'generic-secret', request.label)
      driver.C_SignInit(session, { mechanism: ck.hmacSha256 }, key)
      return driver.C_SignAsync(session, request.content, room())
    }
    case 'sign': {
      const key = one(driver, session, 'private', request.label)
      driver.C_SignInit(session, { mechanism: mechanisms[request.how] }, key)
      return driver.C_SignAsync(session, request.content, room())
    }
    case 'public-key':
      return publicPoint(driver, session, request.label)
    case 'make-key':
      return makeAesKey(driver, session, request.label)
    case 'make-secret':
      return makeSecret(driver, session, request.label, request.value)
    case 'make-pair':
      return makePair(driver, session, request.label, request.kind)
    case 'destroy-key':
      return driver.C_DestroyObject(session, one(driver, session, 'aes', request.label))
  }
}

const mechanisms: Readonly<Record<Signing, number>> = {
  eddsa: ck.eddsa,
  ecdsa: ck.ecdsa,
  'rsa-sha256': ck.rsaPkcsSha256,
}

type Sealed = { readonly nonce: Buffer; readonly context: Buffer; readonly content: Buffer }

/** Ciphertext, and the tag at its end. */
async function encrypt(driver: Driver, session: Handle, key: Handle, sealed: Sealed): Promise<Buffer> {
  driver.C_EncryptInit(session, gcm(sealed.nonce, sealed.context), key)
  return driver.C_EncryptAsync(session, sealed.content, room())
}

/**
 * What is not authentic is said by each library in its own way, SoftHSM's « general error » among them, which is also what a
 * broken one says: so the key is then tried on something of our own.
 *
 * @throws Fault damaged
 */
async function decrypt(driver: Driver, session: Handle, key: Handle, sealed: Sealed): Promise<Buffer> {
  driver.C_DecryptInit(session, gcm(sealed.nonce, sealed.context), key)
  try {
    return await driver.C_DecryptAsync(session, sealed.content, room())
  } catch (error) {
    if (await works(driver, session, key)) throw new Fault('damaged', 'not-authentic')
    throw faultOf(error)
  }
}

async function works(driver: Driver, session: Handle, key: Handle): Promise<boolean> {
  const probe = { nonce: randomBytes(12), context: Buffer.from('probe'), content: randomBytes(32) }
  try {
    const content = await encrypt(driver, session, key, probe)
    driver.C_DecryptInit(session, gcm(probe.nonce, probe.context), key)
    return (await driver.C_DecryptAsync(session, content, room())).equals(probe.content)
  } catch {
    return false
  }
}
