import { Failure } from '../../domain/failure.ts'
import type { WitnessPost } from '../../evidence-ports.ts'

const patienceMs = 15_000
const longestAnswer = 65_536

/** A witness at the other end of HTTP. `url` is its submission prefix. */
export const openWitnessPost = (name: string, url: string): WitnessPost => ({
  async addCheckpoint(request) {
    try {
      const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
        method: 'POST',
        body: request,
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      })
      if (response.status >= 500) throw new Error(`status ${response.status}`)
      return { status: response.status, body: await bounded(response) }
    } catch (cause) {
      throw new Failure('witness-away', { witness: name }, { cause })
    }
  },
})

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length
    if (bytes > longestAnswer) throw new Error('answer too long')
    chunks.push(chunk as Uint8Array)
  }
  return Buffer.concat(chunks).toString()
}
