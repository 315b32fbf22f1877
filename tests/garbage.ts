import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Has the engine give up what nobody holds any more: afterwards a WeakRef to it is empty. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What was just settled, or sent, is let go of in a turn or two.
  for (let turn = 0; turn < 3; turn++) {
    await setTimeout(5)
    collect()
  }
}
