/** What a single file may ask of the machine. */
export type Limits = {
  readonly maxPages: number
  /** Pixels of one page: A3 at 600 dpi has 70 million. */
  readonly maxPixels: number
  /** What the file holds of one page, which is read into memory. */
  readonly pageMegabytes: number
}

/** No side of a page is longer: what JPEG can say (ITU-T T.81), five metres at 300 dpi. */
export const longestSide = 65_535
