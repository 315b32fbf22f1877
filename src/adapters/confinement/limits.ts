/** What reading one file may cost, however it was made. */
export type ParsingLimits = {
  /** Processes that read files at the same time. */
  readonly processes: number
  /** Memory of one such process, all told. */
  readonly memoryMegabytes: number
  /** Time until the next page is there. */
  readonly secondsPerPage: number
  readonly secondsPerFile: number
  readonly inputMegabytes: number
  /** All pages of one file together, and the largest of them. */
  readonly outputMegabytes: number
  readonly pageMegabytes: number
  readonly maxPages: number
  /** Pixels of one page: A3 at 600 dpi has 70 million. */
  readonly maxPixels: number
}

export const megabyte = 1 << 20
