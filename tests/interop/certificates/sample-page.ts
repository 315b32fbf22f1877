import type { CertificatePage } from '../../../src/domain/certificates/page.ts'

const id = '0193f5a2-1c3b-7d4e-8f90-123456789abc'

const note =
  'ledger.scelle.test\n1240\nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc0=\n\n— ledger.scelle.test AAAA\n'

/** A page as a batch's closing gives one; everything in it is invented. */
export const samplePage: CertificatePage = {
  id,
  title: 'Attestation de dépôt',
  subtitle: `Lot ${id}, clos le 22 novembre 2026 à 10:00:00 (UTC)`,
  issuer: { name: 'Numéridoc Atelier SAS', lines: ['SIRET 999 000 201 00015'] },
  statement: 'Tout ce qui est entré avec ce lot est compté ci-dessous, de la boîte à l’objet.',
  sections: [
    { heading: 'Lot', facts: [['Boîte', id]] },
    {
      heading: 'De la boîte à l’objet',
      table: { columns: ['', 'Documents', 'Pages'], rows: [['Versé et relu', '12', '340']] },
    },
  ],
  reservations: ['Cette attestation ne dit rien du contenu des documents.'],
  issuedAt: new Date('2026-11-22T10:00:12Z'),
  place: {
    ...{ index: 1234, size: 1240, leaf: 'ab'.repeat(32), root: 'cd'.repeat(32), entry: '{"v":1}' },
    proof: `c2sp.org/tlog-proof@v1\nindex 1234\n${Buffer.alloc(32, 0xef).toString('base64')}\n\n${note}`,
  },
}
