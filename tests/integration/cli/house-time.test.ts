import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDesk } from '../../../src/cli/desk.ts'
import { type CommandLine, fixture, prepareCommandLine } from './command-line.ts'
import { runHere } from './in-process.ts'

let line: CommandLine
beforeAll(async () => {
  line = await prepareCommandLine()
})
afterAll(() => line?.stop())

test('a command goes by the time of the house, whatever the clock of its machine says', async () => {
  const real = Date.now()
  const begun = performance.now()
  const wrong = vi.spyOn(Date, 'now').mockImplementation(() => real + 3_600_000)
  const { configFile } = line
  const desk = openDesk({
    ...{ language: 'en', json: true, actor: undefined, organisation: undefined, configFile },
  })
  try {
    const house = await desk.house()
    const elapsed = performance.now() - begun
    expect(Math.abs(house.clock.now().getTime() - real - elapsed)).toBeLessThan(60_000)
  } finally {
    wrong.mockRestore()
    await desk.close()
  }
})

test('a refusal is in force at once, also when the machine where it is typed lives days behind', async () => {
  const scelle = (...args: string[]) => runHere(['--config', line.configFile, '--json', ...args])
  await scelle('init', '--name', 'SPST', '--siret', '99900010200015')
  await scelle('patient', 'import', fixture('patients.csv'))
  const [patient] = (await scelle('patient', 'list')).json<{ id: string }[]>()
  await scelle('consent', 'set', patient!.id, '--status', 'granted')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3 * 86_400_000 })
  try {
    const refused = await scelle('consent', 'set', patient!.id, '--status', 'refused')
    expect(refused.json()).toMatchObject({ status: 'refused', inForce: 'refused' })
  } finally {
    vi.useRealTimers()
  }
})
