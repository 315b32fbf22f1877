import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDesk } from '../../../src/cli/desk.ts'
import { type CommandLine, prepareCommandLine } from './command-line.ts'

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
