import { escaped, legible } from './characters.ts'
import type { Layout, PixelBox, PlacedWord, Standing } from './layout.ts'
import { type NamedBlock, type NamedLine, named, wordId } from './place-ids.ts'
import type { TextFormat } from './text-format.ts'

/** What may be in such a file, said in its head as the specification asks. */
const capabilities = 'ocr_page ocr_carea ocr_line ocrx_word ocr_image ocrp_lang ocrp_wconf'

/**
 * hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/), as XHTML. Properties of our own: `x_doubtful 1` of a word that may be
 * another one, `x_unread 1` of a place where something stands that could not be read, `x_turn 90` of a page that was scanned lying: places
 * are those of the page turned clockwise by that many degrees. `x_said 1` of a line that a person read, by the first correction;
 * `x_nothing 1` of a place where nothing is to be read, as a person said.
 */
export const hocr: TextFormat = {
  mediaType: 'application/xhtml+xml',

  opening: ({ title, pages, engine }) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<!DOCTYPE html>',
      '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr" lang="fr">',
      '<head>',
      `<title>${escaped(legible(title))}</title>`,
      '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>',
      `<meta name="ocr-system" content="${escaped(legible(engine))}"/>`,
      `<meta name="ocr-capabilities" content="${capabilities}"/>`,
      `<meta name="ocr-number-of-pages" content="${pages}"/>`,
      '<meta name="ocr-langs" content="fr"/>',
      '</head>',
      '<body>',
      '',
    ].join('\n'),

  page(layout, number) {
    const { blocks, unread, nothing } = named(layout, number)
    const images = [
      ...unread.map((place) => [place, 'x_unread 1'] as const),
      ...nothing.map((place) => [place, `x_nothing 1${bySomebody(place)}`] as const),
    ].map(([place, is]) => `<div class="ocr_image" id="${place.id}" title="${bbox(place)}; ${is}"></div>`)
    return [opened(layout, number), ...blocks.map(carea), ...images, '</div>', ''].join('\n')
  },

  closing: '</body>\n</html>\n',
}

function opened({ turn, width, height, dpi }: Layout, number: number): string {
  const resolution = dpi === undefined ? '' : `; scan_res ${dpi} ${dpi}`
  const turned = turn === 0 ? '' : `; x_turn ${turn}`
  const title = `bbox 0 0 ${width} ${height}; ppageno ${number - 1}${resolution}${turned}`
  return `<div class="ocr_page" id="page_${number}" title="${title}">`
}

const bbox = ({ x0, y0, x1, y1 }: PixelBox): string => `bbox ${x0} ${y0} ${x1} ${y1}`

const bySomebody = ({ said }: Standing): string => (said === undefined ? '' : `; x_said ${said}`)

const carea = ({ lines, box, id }: NamedBlock): string =>
  [`<div class="ocr_carea" id="${id}" title="${bbox(box)}">`, ...lines.map(row), '</div>'].join('\n')

function row(line: NamedLine): string {
  const { words, box, baseline, id } = line
  const fall = box.x1 > box.x0 ? (baseline.right - baseline.left) / (box.x1 - box.x0) : 0
  const title = `${bbox(box)}; baseline ${Number(fall.toFixed(4))} ${baseline.left - box.y1}${bySomebody(line)}`
  const said = words.map((word, index) => wordOf(word, wordId(line, index))).join(' ')
  return `<span class="ocr_line" id="${id}" title="${title}">${said}</span>`
}

function wordOf({ text, box, confidence, doubtful }: PlacedWord, id: string): string {
  const title = `${bbox(box)}; x_wconf ${Math.round(confidence)}${doubtful ? '; x_doubtful 1' : ''}`
  return `<span class="ocrx_word" id="${id}" title="${title}">${escaped(text)}</span>`
}
