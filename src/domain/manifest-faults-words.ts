/** What each fault of a `batch.json` means. A code without words is said as it is. */
const manifestFaults: Readonly<Record<'fr' | 'en', Readonly<Record<string, string>>>> = {
  fr: {
    missing: 'manque',
    'unknown-key': 'champ inconnu',
    'not-json': "n'est pas du JSON",
    'too-large': 'trop grand',
    'not-a-whole-number': 'nombre entier attendu',
    'wrong-type': "n'est pas du genre attendu",
    'too-small': 'trop petit, ou trop court',
    'too-big': 'trop grand, ou trop long',
    'too-long': 'trop long',
    'not-allowed': 'valeur non admise',
    'wrong-format': 'forme incorrecte',
    invalid: 'incorrect',
    'forbidden-character': 'caractère interdit',
    'reserved-name': 'nom réservé',
    'not-with-cover-sheets': 'à retirer : les intercalaires séparent déjà les documents',
    'not-without-cover-sheets': 'à retirer : la séparation ne se fait pas par intercalaires',
    'named-twice': 'ce fichier est déjà nommé plus haut',
    'not-in-files': "ce fichier n'est pas dans la liste « files »",
    'not-with-one-per-file': 'à retirer : chaque fichier est un document entier',
    'beyond-file': 'au-delà de la dernière page du fichier',
    'before-from': 'avant « from »',
    overlap: 'chevauche un autre document du même fichier',
  },
  en: {
    missing: 'is missing',
    'unknown-key': 'unknown field',
    'not-json': 'is no JSON',
    'too-large': 'too large',
    'not-a-whole-number': 'must be a whole number',
    'wrong-type': 'is not of the kind expected',
    'too-small': 'too small, or too short',
    'too-big': 'too big, or too long',
    'too-long': 'too long',
    'not-allowed': 'value not allowed',
    'wrong-format': 'wrong format',
    invalid: 'wrong',
    'forbidden-character': 'forbidden character',
    'reserved-name': 'reserved name',
    'not-with-cover-sheets': 'remove it: cover sheets separate the documents already',
    'not-without-cover-sheets': 'remove it: documents are not separated by cover sheets',
    'named-twice': 'this file is named further up already',
    'not-in-files': 'this file is not in the list « files »',
    'not-with-one-per-file': 'remove it: each file is one whole document',
    'beyond-file': 'past the last page of the file',
    'before-from': 'before « from »',
    overlap: 'overlaps another document of the same file',
  },
}

/** `scanner.make: missing; $: not-json` with what each means: `scanner.make : manque`. The whole is `batch.json`. What is in words
 * already stays as it is. */
export const sayManifestFaults = (faults: string, language: 'fr' | 'en'): string =>
  faults
    .split('; ')
    .map((fault) => {
      const [, place, code] = /^(.*): ([a-z-]+)$/.exec(fault) ?? []
      const words = manifestFaults[language]
      if (place === undefined || code === undefined || !Object.hasOwn(words, code)) return fault
      return `${place === '$' ? 'batch.json' : place}${language === 'fr' ? ' ' : ''}: ${words[code]!}`
    })
    .join('; ')
