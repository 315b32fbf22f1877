import type { Turn } from '../../domain/page.ts'

/** A page made ready for reading: turned, shrunk, whitened, straightened about its centre. */
export type PreparedPage = {
  readonly image: Buffer
  readonly dpi: number
  readonly width: number
  readonly height: number
  /** Degrees, clockwise, by which the page was askew. */
  readonly skew: number
  /** Width after shrinking, before straightening. */
  readonly shrunkTo: number
  /** Pixels of the page after its quarter turn. */
  readonly page: { readonly width: number; readonly height: number }
  /** Steps and figures of how it was made ready. */
  readonly recipe?: Readonly<Record<string, number>>
}

/** The skew is measured where it is not told. */
export type PreparePage = (
  image: Buffer,
  options: {
    turn: Turn
    dpi: number
    skew?: number
    xHeight?: number
    /** Dark is what is dark to the eye, unless told: or in all of its colours, as print is and few inks. */
    light?: 'luminance' | 'brightest'
  },
) => Promise<PreparedPage>
