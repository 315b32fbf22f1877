import { setTimeout as sleep } from 'node:timers/promises'
import type { House } from '../../compose.ts'
import { isFinal } from '../../domain/document.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { DroppedBatch } from './drop.ts'
import { type Language, sentences } from './sentences.ts'

export type BatchView = NonNullable<Awaited<ReturnType<ReturnType<House['views']>['batch']>>>
type Progress = Awaited<ReturnType<ReturnType<House['views']>['progress']>>
export type WatchedBatch = DroppedBatch & { readonly batch: BatchView }

/** Longest time without any change before the demonstration gives up, in milliseconds. */
const patienceMs = 180_000

/** Shows how the batches come along until nothing more happens by itself. */
export async function watchBatches(
  house: House,
  organisationId: OrganisationId,
  dropped: readonly DroppedBatch[],
  language: Language,
): Promise<WatchedBatch[]> {
  const show = process.stdout.isTTY ? redraw() : printChanges()
  const begun = performance.now()
  let last = ''
  let changed = begun
  for (;;) {
    const batches = await house.views().batches(organisationId, { limit: 100 })
    const watched = dropped.flatMap((one) =>
      batches.filter(({ box }) => box === one.box).map((batch) => ({ ...one, batch })),
    )
    const progress = await Promise.all(
      watched.map(({ batch }) => house.views().progress(organisationId, batch.id)),
    )
    show(lines(dropped, watched, progress, (performance.now() - begun) / 60_000, language))
    const isQuiet = watched.length === dropped.length && progress.every(({ open }) => open === 0)
    if (isQuiet) return watched
    const now = JSON.stringify([watched, progress])
    if (now !== last) changed = performance.now()
    else if (performance.now() - changed > patienceMs) throw new Error(sentences[language].stuck)
    last = now
    await sleep(500)
  }
}

function lines(
  dropped: readonly DroppedBatch[],
  watched: readonly WatchedBatch[],
  progress: readonly Progress[],
  minutes: number,
  language: Language,
): string[] {
  const say = sentences[language]
  const each = dropped.map(({ name }) => {
    const index = watched.findIndex((one) => one.name === name)
    const one = watched[index]
    const title = name.padEnd(20)
    return one ? `${title} ${batchLine(one.batch, progress[index]!, language)}` : `${title} ${say.waiting}`
  })
  return [...each, total(watched, progress, minutes, language)]
}

function batchLine(batch: BatchView, { pages, open }: Progress, language: Language): string {
  const say = sentences[language]
  const documents = Object.entries(batch.documents) as [Parameters<typeof isFinal>[0], number][]
  const count = (matches: (state: Parameters<typeof isFinal>[0]) => boolean) =>
    documents.filter(([state]) => matches(state)).reduce((sum, [, number]) => sum + number, 0)
  const expected = batch.expected.pages
  const stops = batch.state === 'held' ? 1 : count((state) => state === 'held' || state === 'failed')
  return say.batchLine({
    bar: bar(work(pages.examined, pages.recognised) / Math.max(1, work(expected, expected)), open === 0),
    pages: `${pages.examined}/${expected}`,
    recognised: pages.recognised,
    done: `${count(isFinal)}/${batch.expected.documents}`,
    held: stops,
    state: say.batchStates[batch.state],
  })
}

const width = 16
function bar(share: number, isOver: boolean): string {
  const full = isOver ? width : Math.min(width - 1, Math.round(share * width))
  return '█'.repeat(full) + '░'.repeat(width - full)
}

function total(
  watched: readonly WatchedBatch[],
  progress: readonly Progress[],
  minutes: number,
  language: Language,
): string {
  const examined = progress.reduce((sum, { pages }) => sum + pages.examined, 0)
  const expected = watched.reduce((sum, { batch }) => sum + batch.expected.pages, 0)
  const open = progress.reduce((sum, one) => sum + one.open, 0)
  const done = progress.reduce((sum, { pages }) => sum + work(pages.examined, pages.recognised), 0)
  const whole = work(expected, expected)
  // Too early to tell before a tenth is done.
  const left =
    done < whole / 10 ? undefined : Math.max(1, Math.round(((minutes * 60) / done) * (whole - done)))
  const perMinute = Math.round(examined / Math.max(minutes, 1 / 60))
  if (examined === 0) return ''
  return sentences[language].totalLine({ perMinute, left, open })
}

/** Looking at a page is a third of the work, reading it the rest. */
const work = (examined: number, recognised: number): number => examined + 2 * recognised

/** On a terminal: the same lines, written over. */
function redraw(): (lines: readonly string[]) => void {
  let drawn = 0
  return (lines) => {
    const up = drawn > 0 ? `\u001b[${drawn}A` : ''
    process.stdout.write(
      up + lines.map((line) => `\u001b[2K  ${line.slice(0, (process.stdout.columns || 100) - 3)}\n`).join(''),
    )
    drawn = lines.length
  }
}

/** Elsewhere: what changed, every few seconds. */
function printChanges(): (lines: readonly string[]) => void {
  let before: readonly string[] = []
  let at = 0
  return (lines) => {
    if (performance.now() - at < 5_000) return
    lines.filter((line, index) => line !== before[index]).forEach((line) => console.log(`  ${line}`))
    before = lines
    at = performance.now()
  }
}
