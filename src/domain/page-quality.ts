import { z } from 'zod'

/** What was measured on a page, without reading it. */
export type PageFigures = {
  readonly dpi: number
  /** Height of small letters, in millimetres, where some were seen. */
  readonly xHeight?: number
  /** Steepest steps between paper and ink, as a share of the way between them: 1 is as sharp as can be. */
  readonly sharpness: number
  /** Share of the paper's light that ink takes away: 1 is black on white. */
  readonly contrast: number
  /** Letters that an edge of the scan cuts. */
  readonly cutLetters: number
  /** Share of the scan that is no page. */
  readonly borders: number
  /** Print stands in two halves beside each other, with nothing between them, on a scan that is wider than it is tall. */
  readonly isTwofold: boolean
}

const PageFault = z.enum([
  'resolution-low',
  'print-too-small',
  'blurred',
  'faint',
  'edge-cut',
  'dark-borders',
  'two-pages',
])
export type PageFault = z.infer<typeof PageFault>

/** `rescan`: what stands on the paper cannot all be read from this scan. `poor`: a better scan would be read better. */
const Verdict = z.enum(['good', 'poor', 'rescan'])
type Verdict = z.infer<typeof Verdict>

export const PageQuality = z.object({
  verdict: Verdict,
  faults: z.array(PageFault),
  sharpness: z.number(),
  contrast: z.number(),
  cutLetters: z.number().int().nonnegative(),
  borders: z.number().min(0).max(1),
})
export type PageQuality = z.infer<typeof PageQuality>

/** Where a figure becomes a fault, and where the fault asks for another scan; none: it never does. */
type Bound = { readonly poor: number; readonly rescan?: number }

const below = (figure: number, { poor, rescan }: Bound): Verdict =>
  rescan !== undefined && figure < rescan ? 'rescan' : figure < poor ? 'poor' : 'good'
const above = (figure: number, { poor, rescan }: Bound): Verdict =>
  below(-figure, { poor: -poor, ...(rescan !== undefined && { rescan: -rescan }) })

const rules: Readonly<Record<PageFault, (figures: PageFigures) => Verdict>> = {
  'resolution-low': ({ dpi }) => below(dpi, { poor: 150, rescan: 90 }),
  // Pixels of a small letter: Tesseract's models were trained on 20, and lose letters below 10.
  'print-too-small': ({ xHeight, dpi }) =>
    xHeight === undefined ? 'good' : below((xHeight * dpi) / 25.4, { poor: 8, rescan: 5 }),
  blurred: ({ sharpness }) => below(sharpness, { poor: 0.42, rescan: 0.22 }),
  faint: ({ contrast }) => below(contrast, { poor: 0.3, rescan: 0.15 }),
  'edge-cut': ({ cutLetters }) => above(cutLetters, { poor: 4, rescan: 15 }),
  'dark-borders': ({ borders }) => above(borders, { poor: 0.03 }),
  'two-pages': ({ isTwofold }) => (isTwofold ? 'poor' : 'good'),
}

/** Judges a page that is not blank by its figures. The worst of its faults is the verdict. */
export function judgePage(figures: PageFigures): Pick<PageQuality, 'verdict' | 'faults'> {
  const found = PageFault.options
    .map((fault) => ({ fault, verdict: rules[fault](figures) }))
    .filter(({ verdict }) => verdict !== 'good')
  const isUnusable = found.some(({ verdict }) => verdict === 'rescan')
  return {
    verdict: isUnusable ? 'rescan' : found.length > 0 ? 'poor' : 'good',
    faults: found.map(({ fault }) => fault),
  }
}
