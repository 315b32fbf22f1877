import { explain, type Failure } from '../domain/failure.ts'
import type { BatchId } from '../domain/ids.ts'
import type { Answer } from '../ports.ts'
import { visibleName } from './visible-name.ts'

/** Why something is given back; of which file, where it is about one. */
export type Reason = { readonly failure: Failure; readonly file?: string }

/** The answer beside a folder that is given back. It names files as the folder itself does, beside which it lies. */
export function answerOf(reasons: readonly Reason[], language: 'en' | 'fr', batchId?: BatchId): Answer {
  const said = reasons.map(({ failure: { code, facts }, file }) => ({
    ...(file === undefined ? {} : { file }),
    code,
    ...explain(code, language, facts),
  }))
  const lines = said.map(
    ({ file, code, what, todo }) =>
      `${file === undefined ? '' : `${visibleName(file)}\n`}${what}\n${todo}\n(${code})\n`,
  )
  return { text: lines.join('\n'), facts: { ...(batchId ? { batchId } : {}), reasons: said } }
}
