import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { compose } from '../compose.ts'
import { install } from '../install.ts'
import { loadSettings } from '../settings/load.ts'
import { registerAll } from './demo/register.ts'
import { smallCrew, startCrew, stopCrew } from './processes.ts'
import { startStack } from './stack.ts'

/**
 * The whole house on this machine, kept in .scelle/dev from one start to the next. `npm run dev` starts it again at every
 * change of the code.
 */
const directory = path.resolve('.scelle', 'dev')
const logFolder = path.join(directory, 'logs')
const undo: (() => Promise<unknown>)[] = []

async function stop(exit: number): Promise<never> {
  for (const step of undo.splice(0).reverse())
    await step().catch((error: unknown) => console.error(String(error)))
  process.exit(exit)
}
process.on('SIGINT', () => void stop(130))
process.on('SIGTERM', () => void stop(143))

try {
  const stack = await startStack({ directory })
  undo.push(() => stack.stop())
  await install(await loadSettings(stack.configFile))
  const organisation = await organisationOf(stack.configFile)
  await writeFile(stack.configFile, `${JSON.stringify({ ...stack.settings, organisation }, null, 2)}\n`, {
    mode: 0o600,
  })
  await mkdir(logFolder, { recursive: true, mode: 0o700 })
  const crew = await startCrew(smallCrew, { configFile: stack.configFile, logFolder })
  undo.push(() => stopCrew(crew))
  console.log(`Scellé is up, watching the code.

  Drop batches into   ${stack.inbox}
                      (samples: cp -r fixtures/batches/01-tout-va-bien "${stack.inbox}/")
  Commands            npx scelle --config "${stack.configFile}" batch list
  Logs                ${logFolder}
  Start afresh        rm -rf .scelle/dev

Ctrl-C stops everything; the data stays.`)
} catch (error) {
  console.error(error)
  await stop(9)
}

/** The sample service, registered at the first start. */
async function organisationOf(configFile: string): Promise<string> {
  const house = compose(await loadSettings(configFile), pino({ level: 'silent' }))
  try {
    const known = await house.office().organisations.list()
    return known.find(({ kind }) => kind === 'controller')?.id ?? (await registerAll(house))
  } finally {
    await house.close()
  }
}
