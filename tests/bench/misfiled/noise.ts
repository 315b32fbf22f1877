import type { Random } from '../../../fixtures/generator/random.ts'

/*
 * Text as recognition would give it back. Of every hundred characters so many are harmed as `rate` says; of those
 *   60 % are taken for one that resembles them (the table below; others for a letter drawn at random),
 *   15 % lose their accent, where they have one (else they are taken for another),
 *   10 % of harms take away the nearest space, 8 % take away the character, 7 % add a speck (' . , - |).
 */
const confusions: Readonly<Record<string, string>> = {
  ...{
    '0': 'OQ8',
    '1': 'Il7',
    '2': 'Z7',
    '3': '8',
    '4': 'A',
    '5': 'S6',
    '6': '8G',
    '7': '1T',
    '8': 'B3',
    '9': 'g4',
  },
  ...{
    O: '0QD',
    I: '1l',
    S: '5',
    B: '8R',
    E: 'FÉ',
    F: 'EP',
    U: 'V',
    V: 'U',
    M: 'N',
    N: 'M',
    C: 'GO',
    G: 'C6',
  },
  ...{ R: 'PK', T: 'I', D: 'O', H: 'N', A: 'R', L: 'I', Z: '2', Q: 'O', P: 'R', Y: 'V' },
  ...{
    l: '1I',
    i: 'l',
    o: 'a0',
    e: 'c',
    c: 'e',
    a: 'o',
    n: 'u',
    u: 'n',
    m: 'n',
    h: 'b',
    b: 'h',
    t: 'f',
    f: 't',
  },
  ...{ r: 'n', s: '5', g: '9', ':': ';.', '.': ',', ',': '.', '/': '1l', '-': '–', '°': '*', "'": '’' },
}
const alphabet = 'abcdefghilmnoprstuv'
const specks = ['.', ',', '-', "'", '|']

export type Noisy = { readonly text: string; readonly harmed: number; readonly characters: number }

export function noisy(text: string, rate: number, random: Random): Noisy {
  let harmed = 0
  let out = ''
  for (const character of text) {
    if (character === '\n' || random.next() >= rate) {
      out += character
      continue
    }
    harmed++
    out += harm(character, random)
  }
  return { text: out, harmed, characters: text.length }
}

function harm(character: string, random: Random): string {
  if (character === ' ') return ''
  const chance = random.next()
  if (chance < 0.08) return ''
  if (chance < 0.15) return `${character}${random.pick(specks)}`
  const plain = character.normalize('NFD').charAt(0)
  if (plain !== character && chance < 0.75) return plain
  const resembling = confusions[character] ?? confusions[plain]
  return resembling ? random.pick(resembling.split('')) : random.pick(alphabet.split(''))
}
