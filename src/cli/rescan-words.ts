import type { House } from '../compose.ts'
import type { Desk } from './desk.ts'
import { indented } from './table.ts'

/** A page that should be scanned again: where it lies, and why. */
export type RescanView = Awaited<ReturnType<ReturnType<House['views']>['rescans']>>[number]

/** More would hide what else is said; JSON has them all. */
const shown = 20

/** Pages that should be scanned again, where each lies and why; nothing where there are none. */
export function sayRescans({ say }: Desk, rescans: readonly RescanView[]): string[] {
  const { rescan } = say
  if (rescans.length === 0) return []
  const lines = rescans.slice(0, shown).map(({ file, page, document, faults }) => {
    const place = [rescan.place(file, page), ...(document === null ? [] : [rescan.ofDocument(document)])]
    return rescan.line(place.join(' · '), faults.map((fault) => rescan.faults[fault]).join(', '))
  })
  const others = rescans.length > shown ? [rescan.others(rescans.length - shown)] : []
  return [
    [rescan.title(rescans.length), indented([...lines, ...others].join('\n')), `  → ${rescan.remedy}`].join(
      '\n',
    ),
  ]
}
