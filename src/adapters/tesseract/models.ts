import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../../domain/failure.ts'

const suffix = '.traineddata.gz'

/** @throws Failure configuration-invalid, which names the languages that have no model here */
export function proveModels(languages: readonly string[]): void {
  const missing = languages.filter((language) => !modelFile(language))
  if (missing.length > 0) throw modelsMissing(missing)
}

export const modelsMissing = (languages: readonly string[]): Failure =>
  new Failure('configuration-invalid', {
    count: languages.length,
    faults: languages.map((language) => `recognition.languages: no model of ${language}`).join('; '),
  })

/** The model that the engine asks for by its file's name, `fra.traineddata.gz`, in whatever folder: from its package. */
export async function readModel(file: string): Promise<Buffer> {
  const language = basename(file, suffix)
  const found = modelFile(language)
  if (!found) throw modelsMissing([language])
  return readFile(found)
}

/**
 * Each model lies in a package of its own, in this program's node_modules or in a folder above it. It is the one « best,
 * made integer »: smaller and faster than the mixed one, and as good.
 */
function modelFile(language: string): string | undefined {
  try {
    const file = fileURLToPath(
      import.meta.resolve(`@tesseract.js-data/${language}/4.0.0_best_int/${language}${suffix}`),
    )
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}
