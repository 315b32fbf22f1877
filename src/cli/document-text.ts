import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readText } from '../commands/read-text.ts'
import type { DocumentId } from '../domain/ids.ts'
import { type TextFormatName, textFormats } from '../domain/text-formats/formats.ts'
import type { Desk } from './desk.ts'
import { refuseExisting, streamNew } from './files.ts'
import { misuse } from './frame.ts'

/** The text of a document, with or without its places. */
export async function text(
  desk: Desk,
  { out, format }: { out: string; format: TextFormatName },
  documentId: DocumentId,
): Promise<void> {
  if (out === '-' && process.stdout.isTTY) throw misuse('terminal-refused')
  if (out !== '-') await refuseExisting(out)
  const room = (await desk.house()).textRoom()
  const content = await readText(await desk.organisation(), documentId, format, desk.actor, room)
  if (out === '-') return pipeline(content, process.stdout, { end: false })
  const bytes = await streamNew(out, content, desk.signal)
  const { mediaType } = textFormats[format]
  desk.answer({ documentId, format, file: path.resolve(out), mediaType, bytes }, () =>
    desk.say.document.textWritten(out),
  )
}
