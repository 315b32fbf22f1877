import type { PageFacts, Recognition } from '../../../src/domain/page.ts'
import type { PageImage } from '../../../src/ports.ts'
import type { Step } from './meter.ts'

// What the benchmark asks its workers, and what they answer.

export type StagedPage = PageImage

export type DocumentPage = {
  readonly image: StagedPage
  readonly facts: PageFacts
  readonly recognition: Recognition | undefined
}

export type Question =
  | { readonly kind: 'page'; readonly page: StagedPage; readonly onlyExamined: boolean }
  | { readonly kind: 'document'; readonly pages: readonly DocumentPage[]; readonly file: string }
  | { readonly kind: 'account' }

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'page'; readonly facts: PageFacts; readonly recognition: Recognition | undefined }
  | { readonly kind: 'document'; readonly bytes: number }
  /** The page or the document could not be made: in the house its file would be rejected, or its document fail. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'account'; readonly cpu: Readonly<Record<Step, number>>; readonly peakMegabytes: number }
