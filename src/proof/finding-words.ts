import { type Language, typeset } from '../domain/typography.ts'
import type { Finding, FindingCode } from './findings.ts'

type Sentences = Readonly<Record<FindingCode, string>>

const fr: Sentences = {
  'file-invalid': "Le fichier n'est pas un fichier de preuve lisible",
  'packing-changed':
    "Le ZIP lui-même a été modifié ou refait, hors des éléments qu'il contient : servez-vous du fichier tel qu'il vous a été remis",
  'manifest-malformed': 'La table du fichier de preuve manque ou est mal formée',
  'key-malformed': 'Le fichier ne donne pas de clé de registre lisible',
  'file-missing': 'Il manque un élément de la preuve',
  'file-changed': 'Un élément de la preuve a été modifié',
  'file-unlisted': "Un élément ajouté n'appartient pas à la preuve",
  'entry-malformed': "L'entrée n'est pas une entrée de registre bien formée",
  'entry-misplaced': "L'entrée a été écrite pour une autre place du registre",
  'entry-foreign': "L'entrée concerne un autre sujet que celui de la preuve",
  'inclusion-invalid': "La preuve d'inclusion ne mène pas de cette entrée à la tête signée du registre",
  'checkpoint-invalid': 'La tête du registre est mal formée, ou sa signature est fausse',
  'cosigner-unknown': 'La tête porte une signature dont le fichier ne donne pas la clé',
  'checkpoints-differ': 'Les preuves se réclament de têtes différentes du registre',
  'ledger-unknown': 'La tête est signée par un autre registre que celui dont la clé est connue',
  'token-invalid': "Le jeton d'horodatage ne prouve rien ici",
  'certificate-differs': "L'attestation n'est pas celle que le registre connaît",
  'certificate-invalid': "La signature de l'attestation ne prouve rien",
  'revocations-malformed': "Une liste de révocation n'est pas lisible",
  'kept-invalid': 'La tête gardée est abîmée, ou sa signature est fausse',
  'kept-foreign': "La tête gardée est celle d'un autre registre que celui de cette preuve",
  'ledger-shrank':
    'Le registre est plus court que la tête gardée : il a été raccourci, ou cette preuve est plus ancienne (demandez-en une nouvelle)',
  'ledger-contradicts':
    'Le registre contredit la tête gardée : deux têtes de même taille, signées, ne disent pas la même chose',
  'consistency-invalid':
    'Le registre ne continue pas celui de la tête gardée, ou le fichier ne le montre pas',
}

const en: Sentences = {
  'file-invalid': 'The file is no readable proof file',
  'packing-changed':
    'The ZIP itself was changed or made anew, outside the parts that it holds: use the file as it was handed to you',
  'manifest-malformed': "The proof file's table of contents is missing or malformed",
  'key-malformed': 'The file brings no readable ledger key',
  'file-missing': 'A part of the proof is missing',
  'file-changed': 'A part of the proof was changed',
  'file-unlisted': 'A part was added that does not belong to the proof',
  'entry-malformed': 'The entry is no well-formed ledger entry',
  'entry-misplaced': 'The entry was written for another place in the ledger',
  'entry-foreign': 'The entry is about another subject than the proof',
  'inclusion-invalid': "The inclusion proof does not lead from this entry to the ledger's signed head",
  'checkpoint-invalid': "The ledger's head is malformed, or its signature is wrong",
  'cosigner-unknown': 'The head bears a signature of which the file does not give the key',
  'checkpoints-differ': 'The proofs appeal to different heads of the ledger',
  'ledger-unknown': 'The head was signed by another ledger than the one whose key is known',
  'token-invalid': 'The timestamp token proves nothing here',
  'certificate-differs': 'The attestation is not the one that the ledger knows',
  'certificate-invalid': "The attestation's signature proves nothing",
  'revocations-malformed': 'A revocation list cannot be read',
  'kept-invalid': 'The kept head is damaged, or its signature is wrong',
  'kept-foreign': 'The kept head is of another ledger than the one of this proof',
  'ledger-shrank':
    'The ledger is shorter than the kept head: it was cut off, or this proof is older (ask for a new one)',
  'ledger-contradicts':
    'The ledger contradicts the kept head: two signed heads of one size do not say the same',
  'consistency-invalid': 'The ledger does not go on from the kept head, or the file fails to show it',
}

/** One finding as a sentence: what is wrong, where, and the code of whoever looked. */
export function sayFinding({ code, path, reason }: Finding, language: Language): string {
  const where = [path, reason].filter(Boolean).join(', ')
  const sentence = typeset({ fr, en }[language][code], language)
  return where ? `${sentence} (${where}).` : `${sentence}.`
}
