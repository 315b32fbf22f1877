import sharp from 'sharp'
import type { MediaType, Turn } from '../../domain/page.ts'
import { createExaminer } from './examiner.ts'
import { type Preparation, preparePage } from './prepared-page.ts'
import { thumbnailOf } from './thumbnail.ts'

// Looking at pages as functions over plain words and bytes, for a process of its own.

// One page at a time: threads that share a page cost more than they bring while other processes read other pages.
sharp.concurrency(1)

const examiner = createExaminer()

export async function examine(image: Buffer, { mediaType, dpi }: { mediaType: MediaType; dpi: number }) {
  const { facts, view } = await examiner.examine(image, mediaType, dpi)
  return { plain: facts, ...(view && { bytes: view }) }
}

export async function prepare(image: Buffer, options: Preparation) {
  const { image: bytes, ...plain } = await preparePage(image, options)
  return { plain, bytes }
}

export const thumbnail = async (image: Buffer, options: { turn: Turn }) => ({
  plain: {},
  bytes: await thumbnailOf(image, options),
})

/** Looks at a page of ours, and makes it ready. @throws when that fails */
export async function prove() {
  const page = await sharp({ create: { width: 200, height: 280, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const { plain } = await examine(page, { mediaType: 'image/png', dpi: 100 })
  if (!plain.blank) throw new Error('a blank page of ours is seen as none')
  await prepare(page, { turn: 0, dpi: 100 })
  return { plain: true }
}
