import process from 'node:process'
import { carryOut } from './carry-out.ts'
import { loadDriver } from './driver.ts'
import { faultOf } from './faults.ts'
import { Fault, type Reply, type Request, type TokenSettings } from './protocol.ts'
import { openToken, type Token } from './token.ts'

// The process that holds the vendor's library: it may block, crash or hang there without anybody else doing so. It opens the
// token at the first thing that is asked, and ends with its parent.

type Asked = { readonly id: number; readonly settings: TokenSettings; readonly request: Request }

let token: Token | undefined

function opened(settings: TokenSettings): Token {
  if (token) return token
  let driver: ReturnType<typeof loadDriver>
  try {
    driver = loadDriver()
  } catch {
    throw new Fault('refused', 'driver-missing')
  }
  token = openToken(driver, settings)
  return token
}

async function answer({ id, settings, request }: Asked): Promise<Reply> {
  try {
    return { id, result: await carryOut(opened(settings), request) }
  } catch (error) {
    const { kind, reason } = faultOf(error)
    return { id, fault: kind, reason }
  }
}

process.on('message', (asked: Asked) => void answer(asked).then((reply) => process.send?.(reply)))
process.on('disconnect', () => {
  try {
    token?.close()
  } finally {
    process.exit()
  }
})
