import { readFileSync, statSync } from 'node:fs'
import { ck, type Driver, type Handle } from './driver.ts'
import { faultOf } from './faults.ts'
import { Fault, type TokenSettings } from './protocol.ts'

/** Sessions with one token, logged in; each carries out one thing at a time. */
export interface Token {
  readonly driver: Driver
  /** Waits for a session that is free. @throws Fault */
  withSession<Result>(work: (session: Handle) => Promise<Result>): Promise<Result>
  /** That the token still answers: of one that was pulled out some libraries say that it holds nothing. @throws Fault */
  confirm(): void
  close(): void
}

/** Blocks while the library does. @throws Fault */
export function openToken(driver: Driver, settings: TokenSettings): Token {
  load(driver, settings.module)
  try {
    const slot = slotOf(driver, settings.token)
    const flags = ck.serialSession | ck.writableSession
    const first = driver.C_OpenSession(slot, flags)
    logIn(driver, slot, first, settings.pinFile)
    const others = Array.from({ length: settings.sessions - 1 }, () => driver.C_OpenSession(slot, flags))
    return pooled(driver, slot, [first, ...others])
  } catch (error) {
    throw faultOf(error)
  }
}

function load(driver: Driver, module: string): void {
  try {
    driver.load(module)
  } catch {
    throw new Fault('refused', 'module-unreadable')
  }
  try {
    driver.C_Initialize({ flags: ck.osLockingOk })
  } catch (error) {
    throw faultOf(error)
  }
}

function slotOf(driver: Driver, label: string): Handle {
  const found = driver
    .C_GetSlotList(true)
    .filter((slot) => driver.C_GetTokenInfo(slot).label.trim() === label)
  if (found.length > 1) throw new Fault('refused', 'token-ambiguous')
  // It may be plugged in, or its network come back.
  if (!found[0]) throw new Fault('away', 'token-missing')
  return found[0]
}

/** The last try that a token has left is never taken: a wrong one would lock it for good. */
function logIn(driver: Driver, slot: Handle, session: Handle, pinFile: string): void {
  const { flags } = driver.C_GetTokenInfo(slot)
  if (flags & ck.pinLocked) throw new Fault('refused', 'pin-locked')
  if (flags & ck.pinFinalTry) throw new Fault('refused', 'pin-last-try')
  driver.C_Login(session, ck.user, readPin(pinFile))
}

function readPin(file: string): string {
  let pin: string
  try {
    if (statSync(file).mode & 0o077) throw new Fault('refused', 'pin-file-exposed')
    pin = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('refused', 'pin-file-unreadable')
  }
  if (pin === '') throw new Fault('refused', 'pin-file-empty')
  return pin
}

function pooled(driver: Driver, slot: Handle, sessions: readonly Handle[]): Token {
  const free = [...sessions]
  const waiting: ((session: Handle) => void)[] = []
  const take = (): Promise<Handle> | Handle =>
    free.pop() ?? new Promise((resolve) => void waiting.push(resolve))
  const giveBack = (session: Handle): void => {
    const next = waiting.shift()
    if (next) next(session)
    else free.push(session)
  }
  return {
    driver,
    async withSession(work) {
      const session = await take()
      try {
        return await work(session)
      } catch (error) {
        throw faultOf(error)
      } finally {
        giveBack(session)
      }
    },
    confirm: () => void driver.C_GetTokenInfo(slot),
    close: () => driver.C_Finalize(),
  }
}
