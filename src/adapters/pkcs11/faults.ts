import { Fault, type FaultKind } from './protocol.ts'

/** Return values (PKCS #11 v2.40, 5.1) after which another try, of a process that begins anew, would change nothing. */
const kinds: Readonly<Record<string, FaultKind>> = {
  CKR_PIN_INCORRECT: 'refused',
  CKR_PIN_INVALID: 'refused',
  CKR_PIN_LEN_RANGE: 'refused',
  CKR_PIN_EXPIRED: 'refused',
  CKR_PIN_LOCKED: 'refused',
  CKR_USER_PIN_NOT_INITIALIZED: 'refused',
  CKR_TOKEN_NOT_RECOGNIZED: 'refused',
  CKR_TOKEN_WRITE_PROTECTED: 'refused',
  CKR_MECHANISM_INVALID: 'refused',
  CKR_MECHANISM_PARAM_INVALID: 'refused',
  CKR_ATTRIBUTE_TYPE_INVALID: 'refused',
  CKR_ATTRIBUTE_VALUE_INVALID: 'refused',
  CKR_TEMPLATE_INCOMPLETE: 'refused',
  CKR_TEMPLATE_INCONSISTENT: 'refused',
  CKR_KEY_FUNCTION_NOT_PERMITTED: 'refused',
  CKR_KEY_TYPE_INCONSISTENT: 'refused',
  CKR_FUNCTION_NOT_SUPPORTED: 'refused',
  CKR_CURVE_NOT_SUPPORTED: 'refused',
  CKR_DEVICE_MEMORY: 'full',
}

/** All else that a library says may pass: a device that is away, a session that was closed, a login that was lost. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const name = /\bCKR_[A-Z0-9_]+\b/.exec(error instanceof Error ? error.message : '')?.[0]
  if (!name) return new Fault('away', 'library-failed')
  return new Fault(kinds[name] ?? 'away', name.toLowerCase().replaceAll('_', '-'))
}
