import { startStack } from '../../../src/devstack/stack.ts'

// PostgreSQL and the development S3 server in a process of their own, so that what they cost is told apart.

const [directory, redisUrl] = process.argv.slice(2)
const stack = await startStack({
  directory: directory!,
  redisUrl: redisUrl || undefined,
  temporary: true,
  // One order at a time in each process, so that each one's cost is its own; the rest as it is in a deployment.
  overrides: {
    workers: { document: 1, batch: 1, page: 1 },
    ledger: { name: 'ledger.scelle.test', checkpointSeconds: 10 },
    inbox: { directory: 'inbox' },
  },
})
const stop = async (): Promise<void> => {
  await stack.stop()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
process.on('disconnect', () => void stop())
// Ctrl-C is for the benchmark: it stops us in order.
process.on('SIGINT', () => {})
process.send!({ configFile: stack.configFile, settings: stack.settings, inbox: stack.inbox })
