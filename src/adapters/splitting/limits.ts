/** What a single file may ask of the machine. */
export type Limits = {
  readonly maxPages: number
  /** Pixels of one page: A3 at 600 dpi has 70 million. */
  readonly maxPixels: number
}
