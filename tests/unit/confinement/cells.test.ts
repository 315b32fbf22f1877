import { expect, test } from 'vitest'
import type { Cell } from '../../../src/adapters/confinement/cell.ts'
import { createCells } from '../../../src/adapters/confinement/cells.ts'

test('a process that cannot be started takes nobody’s place: the next file gets one', async () => {
  let starts = 0
  const cell = { dead: false, pid: 1, memory: () => ({ now: 0, peak: 0 }) } as Cell
  const cells = createCells(
    1,
    () => {
      if (starts++ === 0) throw new Error('no file descriptors left')
      return cell
    },
    1,
  )
  await expect(cells.take()).rejects.toThrow('descriptors')
  expect(await Promise.race([cells.take(), new Promise((tired) => setTimeout(tired, 100))])).toBe(cell)
})
