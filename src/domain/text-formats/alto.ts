import { ownTextEngine } from '../own-text.ts'
import { escaped, legible } from './characters.ts'
import type { PixelBox, PlacedWord, Standing } from './layout.ts'
import { type NamedBlock, type NamedLine, named, wordId } from './place-ids.ts'
import type { PersonsReading, TextFormat } from './text-format.ts'

const namespace = 'http://www.loc.gov/standards/alto/ns-v4#'
const schema = 'http://www.loc.gov/standards/alto/v4/alto-4-4.xsd'

/**
 * ALTO 4.4 (https://www.loc.gov/standards/alto/). Since version 4 `Processing` stands in place of `OCRProcessing`. Words
 * that may be others carry the tag `doubtful`; what stands there and could not be read is an `Illustration` of type
 * `unread`. A page that was turned says so by a step of its processing. So does a line that a person read: it has `CS` and refers
 * to the correction; an `Illustration` of type `nothing` is where nothing is to be read, as a person said.
 */
export const alto: TextFormat = {
  mediaType: 'application/xml',

  opening: ({ title, engine, corrections = [] }) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<alto xmlns="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${namespace} ${schema}" SCHEMAVERSION="4.4">`,
      '<Description>',
      '<MeasurementUnit>pixel</MeasurementUnit>',
      '<sourceImageInformation>',
      `<documentIdentifier>${escaped(legible(title))}</documentIdentifier>`,
      '</sourceImageInformation>',
      ...[90, 180, 270].map(turning),
      '<Processing ID="reading">',
      '<processingCategory>contentGeneration</processingCategory>',
      `<processingStepDescription>${engine === ownTextEngine ? 'Text of the file itself' : 'Text recognition'}</processingStepDescription>`,
      `<processingSoftware><softwareName>${escaped(legible(engine))}</softwareName></processingSoftware>`,
      '</Processing>',
      ...corrections.map(personsReading),
      '</Description>',
      '<Tags><OtherTag ID="doubtful" LABEL="doubtful" DESCRIPTION="It may be another word."/></Tags>',
      '<Layout>',
      '',
    ].join('\n'),

  page(layout, number) {
    const { turn, width, height, blocks, unread, nothing } = named(layout, number)
    const steps = turn === 0 ? 'reading' : `turned_${turn} reading`
    const size = `WIDTH="${width}" HEIGHT="${height}"`
    return [
      `<Page ID="page_${number}" PHYSICAL_IMG_NR="${number}" ${size} LANG="fr" PROCESSINGREFS="${steps}">`,
      `<PrintSpace HPOS="0" VPOS="0" ${size}>`,
      ...blocks.map(textBlock),
      ...unread.map((place) => `<Illustration ID="${place.id}" ${position(place)} TYPE="unread"/>`),
      ...nothing.map(
        (place) => `<Illustration ID="${place.id}" ${position(place)} TYPE="nothing"${bySomebody(place)}/>`,
      ),
      '</PrintSpace>',
      '</Page>',
      '',
    ].join('\n')
  },

  closing: '</Layout>\n</alto>\n',
}

/** Places are those of the turned page. */
const turning = (degrees: number): string =>
  `<Processing ID="turned_${degrees}"><processingCategory>preOperation</processingCategory><processingStepDescription>Scan turned clockwise by ${degrees} degrees</processingStepDescription></Processing>`

/** The step of processing that a person's reading is; lines refer to it. */
export const personsReading = ({ number, at, by }: PersonsReading): string =>
  [
    `<Processing ID="correction_${number}">`,
    '<processingCategory>contentModification</processingCategory>',
    `<processingDateTime>${at}</processingDateTime>`,
    `<processingAgency>${escaped(legible(by))}</processingAgency>`,
    '<processingStepDescription>Read by a person</processingStepDescription>',
    '</Processing>',
  ].join('')

const bySomebody = ({ said }: Standing): string =>
  said === undefined ? '' : ` CS="true" PROCESSINGREFS="correction_${said}"`

const position = ({ x0, y0, x1, y1 }: PixelBox): string =>
  `HPOS="${x0}" VPOS="${y0}" WIDTH="${x1 - x0}" HEIGHT="${y1 - y0}"`

const textBlock = ({ lines, box, id }: NamedBlock): string =>
  [`<TextBlock ID="${id}" ${position(box)}>`, ...lines.map(textLine), '</TextBlock>'].join('\n')

function textLine(line: NamedLine): string {
  const { words, box, baseline, id } = line
  const polyline = `${box.x0},${baseline.left} ${box.x1},${baseline.right}`
  const strings = words.flatMap((word, index) => {
    const before = words[index - 1]
    return [...(before ? [space(before.box, word.box)] : []), string(word, wordId(line, index))]
  })
  return [
    `<TextLine ID="${id}" ${position(box)} BASELINE="${polyline}"${bySomebody(line)}>`,
    ...strings,
    '</TextLine>',
  ].join('\n')
}

/** Words of slanted lines and of tables may overlap: their space has no place then. */
const space = (left: PixelBox, right: PixelBox): string =>
  right.x0 >= left.x1 ? `<SP HPOS="${left.x1}" VPOS="${left.y0}" WIDTH="${right.x0 - left.x1}"/>` : '<SP/>'

function string({ text, box, confidence, doubtful }: PlacedWord, id: string): string {
  const certainty = `WC="${Math.round(confidence) / 100}"${doubtful ? ' TAGREFS="doubtful"' : ''}`
  return `<String ID="${id}" ${position(box)} ${certainty} CONTENT="${escaped(text)}"/>`
}
