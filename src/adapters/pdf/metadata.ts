import { type PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib'
import type { DocumentId } from '../../domain/ids.ts'
import { srgbProfile } from './srgb-profile.ts'

export type DocumentMeta = { title: string; language: string; createdAt: Date; documentId: DocumentId }

/** PDF/A-1b (ISO 19005-1) or PDF/A-2b (ISO 19005-2). */
export type Conformance = '1b' | '2b'

/** `compact`: text and background are kept apart, and are no longer what the scanner saw pixel by pixel. */
export type AccessCopy = 'faithful' | 'compact'

const producer = 'Scellé'

/** What the document says of itself, whoever comes upon it. */
const descriptions = {
  fr: {
    faithful:
      'Copie de consultation, avec texte invisible reconnu par la machine. Le fichier du numériseur est conservé à part, octet pour octet.',
    compact:
      'Copie de consultation compacte : le texte et le fond des pages sont codés séparément, le fond à faible résolution. La copie fidèle est le fichier du numériseur, conservé à part, octet pour octet.',
  },
  en: {
    faithful:
      'Access copy, with invisible text as a machine read it. The scanner’s file is kept apart, byte for byte.',
    compact:
      'Compact access copy: text and background of the pages are coded apart, the background at a low resolution. The faithful copy is the scanner’s file, kept apart, byte for byte.',
  },
} as const satisfies Record<string, Record<AccessCopy, string>>

const describing = (language: string, kind: AccessCopy): string =>
  descriptions[language === 'en' ? 'en' : 'fr'][kind]

/**
 * Says what the document is, twice as PDF/A asks (ISO 19005-1, 6.7.3): information dictionary and XMP agree. The file
 * identifier is the document's id, so that the same input gives the same bytes.
 */
export function describeDocument(
  pdf: PDFDocument,
  meta: DocumentMeta,
  { conformance, accessCopy }: { conformance: Conformance; accessCopy: AccessCopy },
): void {
  const { title, language, createdAt, documentId } = meta
  const description = describing(language, accessCopy)
  const at = new Date(Math.floor(createdAt.getTime() / 1000) * 1000)
  pdf.setTitle(title, { showInWindowTitleBar: true })
  pdf.setSubject(description)
  pdf.setLanguage(language)
  pdf.setProducer(producer)
  pdf.setCreator(producer)
  pdf.setCreationDate(at)
  pdf.setModificationDate(at)
  const identifier = PDFHexString.of(documentId.replaceAll('-', ''))
  pdf.context.trailerInfo.ID = pdf.context.obj([identifier, identifier])
  const packet = Buffer.from(
    xmp({ title, description, language, at, documentId, part: conformance[0]! }),
    'utf8',
  )
  const stream = pdf.context.stream(packet, { Type: 'Metadata', Subtype: 'XML' })
  pdf.catalog.set(PDFName.of('Metadata'), pdf.context.register(stream))
}

/** Device colours mean sRGB. */
export function intendSrgb(pdf: PDFDocument): void {
  const { context } = pdf
  const profile = context.register(context.flateStream(srgbProfile(), { N: 3 }))
  const intent = context.obj({
    Type: 'OutputIntent',
    S: 'GTS_PDFA1',
    OutputConditionIdentifier: PDFString.of('sRGB IEC61966-2-1'),
    Info: PDFString.of('sRGB IEC61966-2-1'),
    RegistryName: PDFString.of('http://www.color.org'),
    DestOutputProfile: profile,
  })
  pdf.catalog.set(PDFName.of('OutputIntents'), context.obj([intent]))
}

type Said = {
  readonly title: string
  readonly description: string
  readonly language: string
  readonly at: Date
  readonly documentId: DocumentId
  readonly part: string
}

const escaped = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `&#${character.codePointAt(0)};`)

function xmp({ title, description, language, at, documentId, part }: Said): string {
  const date = at.toISOString().replace('.000', '')
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>${part}</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped(title)}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped(description)}</rdf:li></rdf:Alt></dc:description>
   <dc:language><rdf:Bag><rdf:li>${language}</rdf:li></rdf:Bag></dc:language>
   <xmp:CreateDate>${date}</xmp:CreateDate>
   <xmp:ModifyDate>${date}</xmp:ModifyDate>
   <xmp:CreatorTool>${producer}</xmp:CreatorTool>
   <xmpMM:DocumentID>urn:uuid:${documentId}</xmpMM:DocumentID>
   <pdf:Producer>${producer}</pdf:Producer>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`
}
