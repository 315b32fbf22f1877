import type { CertificateFact, CertificatePage, LedgerPlace } from './certificates/page.ts'
import type { DepositFigures } from './deposit-attestation.ts'
import type { BatchId, BoxId, ContractId, HostId } from './ids.ts'

export type AttestedBatch = {
  readonly batchId: BatchId
  readonly boxId: BoxId
  readonly contractId: ContractId
  readonly hostId: HostId
  /** SHA-256 over the sorted digests of its files. */
  readonly fingerprint: string
  readonly receivedAt: Date
  readonly closedAt: Date
  readonly figures: DepositFigures
  /** Organisations, which are no persons. */
  readonly controller: Organisation
  readonly processor: Organisation
  readonly host: { readonly name: string; readonly hdsCertificate: string }
}
type Organisation = { readonly name: string; readonly siret: string }

/** The attestation in words. Batch, box and contract by their opaque ids: labels and names of persons are not said. */
export function depositAttestation(
  batch: AttestedBatch,
  place: LedgerPlace,
  issuedAt: Date,
): CertificatePage {
  const { batchId, figures, controller, processor, host } = batch
  return {
    id: batchId,
    title: 'Attestation de dépôt',
    subtitle: `Lot ${batchId}`,
    issuer: {
      name: processor.name,
      lines: [`SIRET ${grouped(processor.siret)}`, `pour ${controller.name}`],
    },
    statement: statementOf(figures),
    sections: [
      {
        heading: 'Le lot',
        facts: [
          ['Boîte', batch.boxId],
          ['Contrat', batch.contractId],
          ['Hébergeur', `${host.name}, certificat HDS ${host.hdsCertificate}`],
          ['Reçu, puis clos', `${moment(batch.receivedAt)}, ${moment(batch.closedAt)}`],
          ['Empreinte des fichiers', batch.fingerprint],
        ],
      },
      { heading: 'De la boîte à l’objet', table: tableOf(figures) },
      { heading: 'Objets dans l’archive', facts: objectsOf(figures) },
      ...(reasonsOf(figures).length > 0 ? [{ heading: 'Motifs', facts: reasonsOf(figures) }] : []),
    ],
    reservations: [
      'Cette attestation compte ; elle ne dit rien du contenu des documents, de la fidélité du numériseur, ni des feuilles qui n’ont pas été numérisées.',
    ],
    issuedAt,
    place,
  }
}

function statementOf({ isAnsweredFor }: DepositFigures): string {
  const answered = isAnsweredFor
    ? ' Les comptes diffèrent de ce qui était annoncé ; une personne en a répondu, ce que le registre retient.'
    : ''
  return `Chaque fichier de ce lot et chacune de ses pages a trouvé une fin, comptée ci-dessous. Ce qui est dit archivé a été scellé, déposé chez l’hébergeur, relu en entier et comparé, avant que la clé des copies de travail ne soit détruite. À la clôture, rien n’est en attente.${answered}`
}

function tableOf({ announced, files, pages, verified, refused, rejected }: DepositFigures) {
  const documents = verified.documents + refused.documents + rejected.documents
  const none = '—'
  return {
    columns: ['', 'Fichiers', 'Documents', 'Pages'],
    rows: [
      ['Annoncé', none, number(announced.documents), number(announced.pages)],
      ['Reçu', number(files.received), none, none],
      ['  dont lu', number(files.split), number(documents), number(pages.counted)],
      ['  dont rendu : non lisible ou non conforme', number(files.rejected), none, none],
      ['  dont rendu : déjà archivé', number(files.duplicate), none, none],
      ['Intercalaires, joints à la copie maîtresse', none, none, number(pages.coverSheets)],
      ['Archivé', none, number(verified.documents), number(verified.pages)],
      ['Refusé : consentement', none, number(refused.documents), number(refused.pages)],
      ['Écarté par décision', none, number(rejected.documents), number(rejected.pages)],
    ],
  }
}

function objectsOf({ objects, files, attributedByHand }: DepositFigures): CertificateFact[] {
  const kinds = [
    `${number(objects.access)} copies de consultation`,
    `${number(objects.master)} copies maîtresses`,
    ...(objects.words > 0 ? [`${number(objects.words)} relevés de texte`] : []),
  ]
  return [
    ['Scellés et relus', kinds.join(', ')],
    ['Octets scellés', number(objects.bytes)],
    [
      'Octets reçus, empreintes relevées',
      `${number(files.bytes)} ; ${number(files.digests)} (SHA-256, SHA-512)`,
    ],
    ...(attributedByHand > 0
      ? [['Attribués par une personne', number(attributedByHand)] as CertificateFact]
      : []),
  ]
}

/** So many reasons are named; the rest is counted. */
const named = 4

function reasonsOf({ reasons }: DepositFigures): CertificateFact[] {
  const all = [
    ...Object.entries(reasons.documents).map(([code, count]) => [`Document : ${say(code)}`, count] as const),
    ...Object.entries(reasons.files).map(([code, count]) => [`Fichier : ${say(code)}`, count] as const),
  ].toSorted(([, left], [, right]) => right - left)
  const rest = all.slice(named)
  const shown = all.slice(0, named).map(([label, count]): CertificateFact => [label, number(count)])
  if (rest.length === 0) return shown
  const left = rest.reduce((total, [, count]) => total + count, 0)
  return [...shown, [rest.length === 1 ? 'Un autre motif' : `${rest.length} autres motifs`, number(left)]]
}

/** Reasons in few words; a code of the one table of failures otherwise. */
const words: Readonly<Record<string, string>> = {
  none: 'sans motif',
  'consent-refused': 'consentement refusé',
  'consent-withdrawn': 'consentement retiré',
  'rejected-by-operator': 'écarté par une personne',
  'batch-rejected': 'lot écarté',
  'document-empty': 'sans page',
  'file-duplicate': 'déjà archivé',
  'file-unreadable': 'illisible',
  'file-truncated': 'tronqué',
  'file-encrypted': 'chiffré',
  'file-kind-unknown': 'format inconnu',
  'file-missing': 'annoncé, absent',
  'file-digest-differs': 'empreinte différente',
  'file-too-large': 'trop grand',
}
const say = (code: string): string => words[code] ?? code

const number = (value: number): string => value.toLocaleString('fr-FR').replaceAll('\u202f', '\u00a0')
const grouped = (siret: string): string => siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1 $2 $3 $4')

const moment = (at: Date): string => {
  const day = at.toLocaleDateString('fr-FR', { dateStyle: 'long', timeZone: 'UTC' })
  return `${day} à ${at.toISOString().slice(11, 19)} (UTC)`
}
