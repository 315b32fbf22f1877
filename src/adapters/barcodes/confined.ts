import sharp from 'sharp'
import { createBarcodeReader } from './reader.ts'

// As for images: one page at a time.
sharp.concurrency(1)

const reader = createBarcodeReader()

/** Reading barcodes as a function over plain words and bytes, for a process of its own. */
export const read = async (image: Buffer, options: { thorough?: boolean }) => ({
  plain: await reader.read(image, options),
})

/** A DataMatrix that says SCELLE, as PNG. */
const sample =
  'iVBORw0KGgoAAAANSUhEUgAAAKAAAACgAQMAAACxAfVuAAAABlBMVEX///8AAABVwtN+AAAACXBIWXMAAAsSAAALEgHS3X78AAAAXUlEQVRIx+2VQQoA' +
  'IAgE/f+nN2gTtHrAHJxIcE5bSEUMAxyVhZbS3i5gGSe12iUD5Tc8UKa9T0STjt+mlijd9PhEmeUaBpxUdv2x4km/V88w0KQ7fX4EliyQ5TBAWQfDhZe6' +
  'OzqpAAAAAElFTkSuQmCC'

/** Reads a barcode of ours. @throws when it cannot */
export async function prove() {
  const { plain } = await read(Buffer.from(sample, 'base64'), {})
  if (plain[0]?.text !== 'SCELLE') throw new Error('a barcode of ours cannot be read')
  return { plain: true }
}
