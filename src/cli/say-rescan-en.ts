import type { RescanWords } from './say-rescan-fr.ts'

const s = (count: number): string => (count === 1 ? '' : 's')

/** Sentences about pages that should be scanned again. */
export const rescanEn: RescanWords = {
  title: (count) => `${count} page${s(count)} to scan again`,
  place: (file, page) => `file ${file}, page ${page}`,
  ofDocument: (position) => `document no. ${position}`,
  faults: {
    'resolution-low': 'resolution too low',
    'print-too-small': 'print too small for this resolution',
    blurred: 'blurred',
    faint: 'ink too faint',
    'edge-cut': 'text cut at an edge',
    'dark-borders': 'dark borders',
    'two-pages': 'two pages on one image',
  },
  line: (place, why) => `${place}: ${why}`,
  others: (count) => `… and ${count} more: “--json” gives them all.`,
  remedy:
    'Not all can be read from these images: while the paper is there, look at the sheets and scan them better, in a new batch. If the paper is no better, there is nothing to do: they are archived as they are.',
}
