import { type PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib'
import type { DocumentId } from '../../domain/ids.ts'
import { srgbProfile } from './srgb-profile.ts'

export type DocumentMeta = { title: string; language: string; createdAt: Date; documentId: DocumentId }

const producer = 'Scellé'

/**
 * Says what the document is, twice as PDF/A-1 asks (ISO 19005-1, 6.7.3): information dictionary and XMP agree. The file
 * identifier is the document's id, so that the same input gives the same bytes.
 */
export function describeDocument(
  pdf: PDFDocument,
  { title, language, createdAt, documentId }: DocumentMeta,
): void {
  const at = new Date(Math.floor(createdAt.getTime() / 1000) * 1000)
  pdf.setTitle(title, { showInWindowTitleBar: true })
  pdf.setLanguage(language)
  pdf.setProducer(producer)
  pdf.setCreator(producer)
  pdf.setCreationDate(at)
  pdf.setModificationDate(at)
  const identifier = PDFHexString.of(documentId.replaceAll('-', ''))
  pdf.context.trailerInfo.ID = pdf.context.obj([identifier, identifier])
  const packet = Buffer.from(xmp(title, language, at, documentId), 'utf8')
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

function xmp(title: string, language: string, at: Date, documentId: DocumentId): string {
  const date = at.toISOString().replace('.000', '')
  const escaped = title.replace(/[<>&]/g, (character) => `&#${character.codePointAt(0)};`)
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>1</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped}</rdf:li></rdf:Alt></dc:title>
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
