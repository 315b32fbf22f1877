import { createHash } from 'node:crypto'
import { Failure } from '../../domain/failure.ts'

/** A share as it is printed, and typed again. `set` tells the shares of one ceremony from those of another. */
export type Share = {
  readonly set: Buffer
  readonly index: number
  readonly count: number
  readonly threshold: number
  /** SHA-256 of the key file that comes of enough shares. */
  readonly digest: Buffer
  readonly value: Buffer
}

const setBytes = 4
const digestBytes = 32
const controlBytes = 8
const headBytes = 1 + setBytes + 3 + digestBytes
const version = 1
/** Twenty bytes are 32 letters. */
const lineBytes = 20
const lineControlLetters = 4

/** Crockford's base 32: no I, L, O or U, so that nothing is misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function lettersOf(bytes: Buffer): string {
  let [text, bits, held] = ['', 0, 0]
  for (const byte of bytes) {
    held = ((held & 0x1f) << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 0x1f]
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 0x1f] : text
}

function bytesOf(letters: string): Buffer {
  const bytes: number[] = []
  let [bits, held] = [0, 0]
  for (const letter of letters) {
    held = ((held & 0xff) << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 0xff)
    }
  }
  return Buffer.from(bytes)
}

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest()

/** One wrong letter of a line is found for certain but for one in a million. */
const lineControl = (number: number, letters: string): string =>
  lettersOf(sha256(Buffer.of(number), Buffer.from(letters))).slice(0, lineControlLetters)

const inFours = (letters: string): string => letters.replace(/(.{4})(?=.)/g, '$1 ')

/** The lines that must be typed again, and nothing else; all that is needed is in them. */
export function shareLines(share: Share): string[] {
  const { set, index, count, threshold, digest, value } = share
  const body = Buffer.concat([Buffer.of(version), set, Buffer.of(index, count, threshold), digest, value])
  const whole = Buffer.concat([body, sha256(body).subarray(0, controlBytes)])
  return Array.from({ length: Math.ceil(whole.length / lineBytes) }, (_, at) => {
    const letters = lettersOf(whole.subarray(at * lineBytes, (at + 1) * lineBytes))
    return `${String(at + 1).padStart(2, '0')}  ${inFours(letters)}  ${lineControl(at + 1, letters)}`
  })
}

/**
 * Reads a share file, or what was typed from a printed one: its lines alone matter.
 *
 * @param position of the file among those given, for the failure
 * @throws Failure share-invalid
 */
export function parseShare(text: string, position: number): Share {
  const refuse = (reason: string, more: { line?: number } = {}) =>
    new Failure('share-invalid', { share: position, reason, ...more })
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, number, rest] = /^\s*(\d{2})\s+([0-9A-Za-z][0-9A-Za-z\s]*)$/.exec(line) ?? []
    return number && rest ? [{ number: Number(number), letters: normalised(rest) }] : []
  })
  if (lines.length === 0) throw refuse('not-a-share')
  const parts = lines.map(({ number, letters }, at) => {
    if (number !== at + 1) throw refuse('line-missing', { line: at + 1 })
    const own = letters.slice(0, -lineControlLetters)
    if (lineControl(number, own) !== letters.slice(-lineControlLetters))
      throw refuse('line-damaged', { line: number })
    return bytesOf(own)
  })
  const whole = Buffer.concat(parts)
  const body = whole.subarray(0, -controlBytes)
  if (!sha256(body).subarray(0, controlBytes).equals(whole.subarray(-controlBytes)))
    throw refuse('incomplete')
  if (body.length <= headBytes || body[0] !== version) throw refuse('not-a-share')
  const [index, count, threshold] = body.subarray(1 + setBytes)
  return {
    set: body.subarray(1, 1 + setBytes),
    ...{ index: index!, count: count!, threshold: threshold! },
    digest: body.subarray(headBytes - digestBytes, headBytes),
    value: body.subarray(headBytes),
  }
}

const normalised = (letters: string): string =>
  letters.replace(/\s/g, '').toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0')

/** A share to print: what it is and what to do with it, for a holder who knows nothing of all this. */
export function printShare(share: Share, epochs: readonly number[], madeOn: Date): string {
  const { set, index, count, threshold, digest } = share
  const hex = digest.toString('hex').replace(/(.{8})(?=.)/g, '$1 ')
  return `SCELLÉ · PART DE LA CLÉ MAÎTRESSE
${'='.repeat(72)}

Part ${index} sur ${count}. Il faut ${threshold} parts pour retrouver la clé.

Jeu de parts ............ ${set.toString('hex')}
Époques de la clé ....... ${epochs.join(', ')}
Faite le ................ ${madeOn.toISOString().slice(0, 10)}
Empreinte SHA-256 du fichier de clés qui en résultera :
  ${hex.slice(0, 35)}
  ${hex.slice(36)}

${'-'.repeat(72)}
${shareLines(share).join('\n')}
${'-'.repeat(72)}

CE QUE C'EST
Cette part, seule, n'ouvre rien et n'apprend rien : il en faut ${threshold} du même jeu.
Ensemble elles redonnent la clé maîtresse, qui ouvre toutes les archives.

CE QU'IL FAUT EN FAIRE
- Gardez-la sur papier, sous enveloppe scellée, au coffre. Ne la photographiez
  pas, ne l'envoyez pas, ne la confiez pas au porteur d'une autre part.
- Dites à l'administrateur si vous changez de fonction, ou si l'enveloppe a été
  ouverte : un nouveau jeu sera fait.
- Elle ne vaut que pour les époques ci-dessus : après un renouvellement de la
  clé, une nouvelle part vous sera remise. Gardez alors l'ancienne jusqu'à ce
  qu'on vous la redemande, car d'anciennes sauvegardes peuvent en dépendre.

POUR RETROUVER LA CLÉ
1. Réunissez ${threshold} porteurs, sur une machine sans réseau où Scellé est installé.
2. Chacun y copie son fichier, ou retape les lignes numérotées ci-dessus dans un
   fichier texte (numéro de ligne compris). Les lettres I, L, O et U n'y sont
   jamais ; une faute de frappe est signalée avec sa ligne.
3. Lancez : scelle keys recover part-a.txt part-b.txt … --out master.json
4. Vérifiez que l'empreinte affichée est celle d'en haut, puis mettez le fichier
   à la place que dit la configuration (« keys.master »), mode 0600.
5. Effacez les copies des parts de cette machine.
`
}
