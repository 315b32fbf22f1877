import type { MediaType, Turn } from '../../domain/page.ts'
import { createExaminer } from './examiner.ts'
import { preparePage } from './prepared-page.ts'

// Looking at pages as functions over plain words and bytes, for a process of its own.

const examiner = createExaminer()

export const examine = async (image: Buffer, { mediaType, dpi }: { mediaType: MediaType; dpi: number }) => ({
  plain: await examiner.examine(image, mediaType, dpi),
})

export async function prepare(image: Buffer, options: { turn: Turn; dpi: number }) {
  const { image: bytes, ...plain } = await preparePage(image, options)
  return { plain, bytes }
}
