import { alto } from './alto.ts'
import { doubts } from './doubts.ts'
import { hocr } from './hocr.ts'
import { plainText } from './plain-text.ts'
import type { TextFormat } from './text-format.ts'

export const textFormatNames = ['text', 'hocr', 'alto', 'doubts'] as const
export type TextFormatName = (typeof textFormatNames)[number]

/** Formats in which the text of a document can be written out. */
export const textFormats: Readonly<Record<TextFormatName, TextFormat>> = {
  text: plainText,
  hocr,
  alto,
  doubts,
}
