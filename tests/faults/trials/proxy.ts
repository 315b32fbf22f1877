import { once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What the network between workers and a service does. `lossy`: one piece in eight comes only after it was sent again, as
 * TCP shows loss · `silent`: nothing passes, either way, and nothing is said · `refusing`: every connection is cut, again
 * and again.
 */
export type Weather = 'clear' | 'slow' | 'lossy' | 'silent' | 'refusing'

export type Proxy = {
  readonly port: number
  weather: Weather
  /** Every connection breaks, with a reset. */
  cut(): void
  /**
   * The service forgets every connection of this moment and nobody tells the other end, which waits. Once `tellMs` have
   * passed its own keepalive would have found out: it is told then.
   */
  forget(tellMs: number): void
  close(): Promise<void>
}

type Link = { readonly near: Socket; readonly far: Socket; forgotten: boolean }

/** A wire to a port of this machine that can be disturbed. */
export async function startProxy(target: number): Promise<Proxy> {
  const links = new Set<Link>()
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer({ allowHalfOpen: true }, (near) => open(near))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const end = (link: Link): void => {
    links.delete(link)
    for (const socket of [link.near, link.far]) if (!socket.destroyed) socket.resetAndDestroy()
  }
  function open(near: Socket): void {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    near.setNoDelay(true)
    const link: Link = { near, far, forgotten: false }
    links.add(link)
    if (proxy.weather === 'refusing') return end(link)
    carry(link, near, far)
    carry(link, far, near)
    for (const socket of [near, far]) {
      socket.on('error', () => {})
      socket.on('close', () => !link.forgotten && void settle().then(() => end(link)))
    }
  }
  /** A wire that is silent does not tell of ends either. */
  const settle = async (): Promise<void> => {
    while (proxy.weather === 'silent') await sleep(50)
  }
  /** Pieces in order, each when the weather lets it through. */
  function carry(link: Link, from: Socket, to: Socket): void {
    let last = Promise.resolve()
    from.on('data', (piece) => {
      from.pause()
      last = last.then(async () => {
        await settle()
        if (proxy.weather === 'slow') await sleep(150)
        if (proxy.weather === 'lossy' && Math.random() < 0.125)
          await sleep(200 * 2 ** Math.floor(Math.random() * 4))
        if (link.forgotten || !to.writable) return
        if (!to.write(piece)) await drained(to)
        from.resume()
      })
    })
    from.on('end', () => void last.then(() => !link.forgotten && to.end()))
  }

  const proxy: Proxy = {
    port: (server.address() as { port: number }).port,
    weather: 'clear',
    cut: () => links.forEach(end),
    forget(tellMs) {
      for (const link of links) {
        link.forgotten = true
        link.far.resetAndDestroy()
        const timer = setTimeout(() => {
          timers.delete(timer)
          end(link)
        }, tellMs)
        timers.add(timer)
      }
    },
    async close() {
      for (const timer of timers) clearTimeout(timer)
      server.close()
      links.forEach(end)
      await once(server, 'close')
    },
  }
  return proxy
}

/** It takes more, or takes nothing any more. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    for (const event of ['drain', 'close'] as const) socket.once(event, () => resolve())
  })
