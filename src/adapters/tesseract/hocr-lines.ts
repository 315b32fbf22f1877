import type { Box, Line } from '../../domain/page.ts'
import { wordOf } from './page-text.ts'

/** What Tesseract calls a line: text lines, and those that it takes for headings, captions or text among pictures. */
const lineKinds = /^ocr_(?:line|header|caption|textfloat)$/
const span = /<span class='(\w+)'[^>]*? title=(["'])(.*?)\2[^>]*>([^<]*)/g

/** Lines of the one page that Tesseract's own hOCR holds, in pixels of the page that it read. */
export function linesOfHocr(hocr: string): Line[] {
  const lines: { line: Line }[] = []
  for (const [, kind, , title, text] of plainWords(hocr).matchAll(span)) {
    const box = boxIn(title!)
    if (!box) continue
    if (lineKinds.test(kind!)) lines.push({ line: { words: [], box, baseline: baselineIn(title!, box) } })
    if (kind !== 'ocrx_word') continue
    const word = wordOf(unescaped(text!), Number(/x_wconf (\d+)/.exec(title!)?.[1] ?? 0), box)
    if (word.text !== '') lines.at(-1)?.line.words.push(word)
  }
  return lines.map(({ line }) => line).filter(({ words }) => words.length > 0)
}

/** Bold and italic words have a tag of their own within. */
const plainWords = (hocr: string): string => hocr.replaceAll(/<\/?(?:strong|em)>/g, '')

function boxIn(title: string): Box | undefined {
  const [x0, y0, x1, y1] = (/bbox (\d+) (\d+) (\d+) (\d+)/.exec(title) ?? []).slice(1).map(Number)
  return y1 === undefined ? undefined : { x0: x0!, y0: y0!, x1: x1!, y1 }
}

/** hOCR 1.2: the slope of the baseline, and its height over the lower left corner of the box; here at its middle. */
function baselineIn(title: string, { x0, x1, y1 }: Box): number {
  const [slope = 0, above = 0] = (/baseline (-?[\d.]+) (-?[\d.]+)/.exec(title) ?? []).slice(1).map(Number)
  return y1 + above + (slope * (x1 - x0)) / 2
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!)
