import type { Actor } from '../domain/custody.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
import type { WordsIndex } from '../domain/words-index.ts'
import type { PageUnpacker } from '../ports.ts'
import { archivedIndex } from './archived-words.ts'
import { fetchDocument, type ReadingRoom } from './read-document.ts'

/**
 * What an archived document is taken for, how much of it was read, and what persons said instead; after the gate at reading, and
 * recorded like it. @throws as fetchDocument, and Failure words-unreadable
 */
export async function readFindings(
  organisationId: OrganisationId,
  documentId: DocumentId,
  actor: Actor,
  room: ReadingRoom & { readonly unpacker: PageUnpacker },
): Promise<WordsIndex> {
  const { content } = await fetchDocument(organisationId, documentId, 'words', actor, room)
  return archivedIndex(content, room.unpacker)
}
