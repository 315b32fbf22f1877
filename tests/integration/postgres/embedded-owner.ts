// Starts a server in the directory given, says where it is, and waits to be killed.
import { startEmbeddedPostgres } from '../../../src/devstack/postgres.ts'

const { url } = await startEmbeddedPostgres({
  directory: process.argv[2]!,
  durable: false,
  temporary: process.argv[3] === 'temporary',
})
process.stdout.write(`${url}\n`)
setInterval(() => undefined, 60_000)
