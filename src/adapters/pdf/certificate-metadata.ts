import { type PDFDocument, PDFHexString, PDFName } from '@cantoo/pdf-lib'
import type { CertificatePage } from '../../domain/certificates/page.ts'

const producer = 'Scellé'
/** Of the properties that carry the proof. */
const namespace = 'urn:scelle:certificate:1#'

const properties = {
  LedgerIndex: 'Place of the entry in the ledger, from 0',
  LedgerLeaf: 'SHA-256(0x00, entry) in hexadecimal: the leaf hash of RFC 6962',
  LedgerEntry: 'The entry as it was hashed: RFC 8785 canonical JSON',
  LedgerProof: 'Proof that the entry is in the ledger: c2sp.org/tlog-proof@v1',
} as const

/**
 * Says what the certificate is, twice as PDF/A asks (ISO 19005-1, 6.7.3), and carries the ledger's proof: PDF/A-1 forbids
 * attached files (6.1.11), and describes how XMP is extended (6.7.8).
 */
export function describeCertificate(pdf: PDFDocument, page: CertificatePage): void {
  const at = new Date(Math.floor(page.issuedAt.getTime() / 1000) * 1000)
  pdf.setTitle(page.title, { showInWindowTitleBar: true })
  pdf.setSubject(page.subtitle)
  pdf.setLanguage('fr')
  pdf.setProducer(producer)
  pdf.setCreator(producer)
  pdf.setCreationDate(at)
  pdf.setModificationDate(at)
  const identifier = PDFHexString.of(page.id.replaceAll('-', ''))
  pdf.context.trailerInfo.ID = pdf.context.obj([identifier, identifier])
  const packet = Buffer.from(xmp(page, at.toISOString().replace('.000', '')), 'utf8')
  const stream = pdf.context.stream(packet, { Type: 'Metadata', Subtype: 'XML' })
  pdf.catalog.set(PDFName.of('Metadata'), pdf.context.register(stream))
}

const escaped = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `&#${character.codePointAt(0)};`)

const alternative = (text: string): string =>
  `<rdf:Alt><rdf:li xml:lang="x-default">${escaped(text)}</rdf:li></rdf:Alt>`

function xmp({ id, title, subtitle, place }: CertificatePage, date: string): string {
  const proof: Record<keyof typeof properties, string> = {
    LedgerIndex: String(place.index),
    LedgerLeaf: place.leaf,
    LedgerEntry: place.entry,
    LedgerProof: place.proof,
  }
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>1</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:title>${alternative(title)}</dc:title>
   <dc:description>${alternative(subtitle)}</dc:description>
   <dc:language><rdf:Bag><rdf:li>fr</rdf:li></rdf:Bag></dc:language>
   <xmp:CreateDate>${date}</xmp:CreateDate>
   <xmp:ModifyDate>${date}</xmp:ModifyDate>
   <xmp:CreatorTool>${producer}</xmp:CreatorTool>
   <xmpMM:DocumentID>urn:uuid:${id}</xmpMM:DocumentID>
   <pdf:Producer>${producer}</pdf:Producer>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:scelle="${namespace}">
${Object.entries(proof)
  .map(([name, value]) => `   <scelle:${name}>${escaped(value)}</scelle:${name}>`)
  .join('\n')}
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Certificates of Scellé</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>${namespace}</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>scelle</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>
${Object.entries(properties)
  .map(([name, description]) => describedProperty(name, description))
  .join('\n')}
    </rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`
}

const describedProperty = (name: string, description: string): string =>
  `     <rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>${description}</pdfaProperty:description></rdf:li>`
