import type { TextFormat } from './text-format.ts'

/** A line for each line, and a form feed after each page, as pdftotext writes it. */
export const plainText: TextFormat = {
  mediaType: 'text/plain',
  opening: () => '',
  page: ({ blocks }) =>
    `${blocks
      .flatMap(({ lines }) => lines)
      .map(({ words }) => `${words.map(({ text }) => text).join(' ')}\n`)
      .join('')}\f`,
  closing: '',
}
