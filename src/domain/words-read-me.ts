/** Read first by whoever opens the words of a document without us, however late. */
export const readMeName = 'README.txt'

export const readMe = `Ce qui a été lu par une machine dans un document numérisé, et ce qu'elle y a trouvé. Ce ne sont pas des faits : l'image fait foi.
What a machine read in a scanned document, and what it found there. These are no facts: the image is what counts.

document.json         le document et ses pages · the document and its pages (JSON, UTF-8)
00001.alto.xml        les mots de la page 1 et leurs places · the words of page 1 and their places (ALTO 4.4, loc.gov/standards/alto)
00001.findings.json   type, date, personnes, assurance, page 1 · kind, day, people, insurance, page 1
00001.webp            vignette · thumbnail

WC: fiabilité · how sure a word is, 0 .. 1. TAGREFS="doubtful": peut être un autre mot · it may be another word.
Illustration TYPE="unread": quelque chose n'a pu être lu · something stands there that could not be read.
PROCESSINGREFS="correction_1": lu par une personne, première correction de document.json · read by a person, first correction of document.json
Illustration TYPE="nothing": rien à lire, dit une personne · nothing is to be read there, a person says.
Places: pixels du scan, tourné comme le dit PROCESSINGREFS · pixels of the scan, turned as PROCESSINGREFS says.
`
