import { createBarcodeReader } from './reader.ts'

const reader = createBarcodeReader()

/** Reading barcodes as a function over plain words and bytes, for a process of its own. */
export const read = async (image: Buffer, options: { thorough?: boolean }) => ({
  plain: await reader.read(image, options),
})
