import { createHmac } from 'node:crypto'
import type { OrganisationId } from '../../domain/ids.ts'
import type { KeyProvider } from '../../ports.ts'

/*
 * What can be looked for without being kept in clear: HMAC-SHA-256 of a value, written in one way first, so that the same
 * person typed differently is found. The key differs by organisation: equal values of two cannot be linked.
 */

export const fileNumberIndex = (keys: KeyProvider, organisationId: OrganisationId, fileNumber: string) =>
  blind(
    keys,
    `index/file-number/${organisationId}`,
    fileNumber.normalize('NFKC').replace(/\s/g, '').toUpperCase(),
  )

/** Over thirteen characters: the key of two follows from them and is often left out. A and B stand for Corsica. */
export const matriculeIndex = (keys: KeyProvider, organisationId: OrganisationId, matricule: string) =>
  blind(
    keys,
    `index/matricule/${organisationId}`,
    matricule
      .toUpperCase()
      .replace(/[^0-9AB]/g, '')
      .slice(0, 13),
  )

/** `birthDate` as YYYY-MM-DD. Given names are left out: they are told in too many ways. */
export const nameBirthIndex = (
  keys: KeyProvider,
  organisationId: OrganisationId,
  birthName: string,
  birthDate: string,
) => blind(keys, `index/name-birth/${organisationId}`, `${plainName(birthName)}\u0000${birthDate}`)

const ligatures: Readonly<Record<string, string>> = { Œ: 'OE', Æ: 'AE', Ø: 'O', Ł: 'L', Đ: 'D' }

/** Capitals without accents; hyphens, apostrophes and spaces count as one space. */
const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[ŒÆØŁĐ]/g, (letter) => ligatures[letter] ?? letter)
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()

const blind = async (keys: KeyProvider, info: string, text: string): Promise<Buffer> =>
  createHmac('sha256', await keys.derive(info))
    .update(text)
    .digest()
