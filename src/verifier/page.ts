import { checkProof, type ProofReport } from '../proof/check.ts'
import { readKept } from '../proof/continuity.ts'
import { digestsOf } from '../proof/digests.ts'
import { sayFinding } from '../proof/finding-words.ts'
import { moment, statementOf } from '../proof/statement.ts'
import { matchesOf } from '../proof/story.ts'
import { en as proofEn } from '../proof/words-en.ts'
import { fr as proofFr } from '../proof/words-fr.ts'
import { en, fr, type PageWords } from './say.ts'

/*
 * One page, opened from a disk: a proof file and documents are dropped on it, and it says what they prove. It has no
 * network: its own policy forbids it.
 */

type Language = 'fr' | 'en'
type Dropped = { readonly name: string; readonly bytes: Uint8Array }

let language: Language = navigator.language.startsWith('fr') ? 'fr' : 'en'
let dropped: readonly Dropped[] = []
/** Heads that were kept from before; undefined where what was chosen is none. */
let kept: readonly string[] | undefined = []

const at = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind
const say = (): PageWords => (language === 'fr' ? fr : en)
const proofWords = () => (language === 'fr' ? proofFr : proofEn)

function element(name: string, text = '', className = ''): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  made.className = className
  return made
}

function show(): void {
  const words = say()
  document.documentElement.lang = language
  document.title = words.title
  const texts = {
    title: words.title,
    intro: words.intro,
    language: words.other,
    invitation: words.invitation,
    'trust-title': words.trustTitle,
    'trust-why': words.trustWhy,
    'ledger-keys-label': words.ledgerKeys,
    'witness-keys-label': words.witnessKeys,
    'anchors-label': words.anchors,
    'kept-label': words.kept,
  }
  for (const [id, text] of Object.entries(texts)) at(id).textContent = text
  void check()
}

const isZip = ({ bytes }: Dropped): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b

async function check(): Promise<void> {
  const result = at('result')
  if (dropped.length === 0) return result.replaceChildren()
  const proof = dropped.find(isZip)
  if (!proof) return result.replaceChildren(element('p', say().noProofYet))
  if (!kept) return result.replaceChildren(element('p', say().keptRefused))
  result.replaceChildren(element('p', say().working, 'soft'))
  const report = await judge(proof, kept)
  if (!report) return result.replaceChildren(element('p', say().keyRefused))
  const others = await Promise.all(dropped.filter((one) => one !== proof).map((one) => compared(one, report)))
  result.replaceChildren(...told(report), ...list(say().documents, others))
}

const lines = (id: string): string[] =>
  at<HTMLTextAreaElement>(id)
    .value.split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** Undefined when the key that was pasted is none. */
const judge = (proof: Dropped, heads: readonly string[]): Promise<ProofReport | undefined> =>
  checkProof(
    proof.bytes,
    {
      ledgerKeys: lines('ledger-keys'),
      witnessKeys: lines('witness-keys'),
      anchors: at<HTMLTextAreaElement>('anchors').value,
      kept: heads,
    },
    new Date(),
  ).catch(() => undefined)

function told({ verdict, findings, grounds, kept: compared }: ProofReport): HTMLElement[] {
  const words = say()
  const banner = element('div', '', `verdict ${verdict}`)
  banner.append(
    element('strong', words.verdicts[verdict].title),
    element('p', words.verdicts[verdict].meaning),
  )
  banner.dataset.verdict = verdict
  return [
    banner,
    ...list(
      words.findings,
      findings.map((finding) => sayFinding(finding, language)),
    ),
    ...list(
      words.keptTitle,
      compared.map(({ size, standing }) => words.standings[standing](size)),
    ),
    ...(grounds
      ? [
          element('h2', verdict === 'faulty' ? words.rest : words.statement),
          element('pre', statementOf(grounds, proofWords())),
        ]
      : []),
  ]
}

function list(title: string, entries: readonly string[]): HTMLElement[] {
  if (entries.length === 0) return []
  const items = element('ul')
  items.append(...entries.map((text) => element('li', text)))
  return [element('h2', title), items]
}

async function compared({ name, bytes }: Dropped, { entries }: ProofReport): Promise<string> {
  const words = proofWords()
  const [match] = matchesOf(await digestsOf(bytes), entries)
  return match
    ? say().matched(name, words.events[match.type], match.seq, moment(match.at, words))
    : say().unmatched(name)
}

async function take(files: FileList | null | undefined): Promise<void> {
  const taken = await Promise.all(
    [...(files ?? [])].map(async (file) => ({
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  )
  // Another proof takes the place of the one before; documents gather.
  const kept = taken.some(isZip) ? dropped.filter((one) => !isZip(one)) : dropped
  dropped = [...kept, ...taken]
  await check()
}

async function keep(file: File | undefined): Promise<void> {
  try {
    kept = file ? readKept(new Uint8Array(await file.arrayBuffer())) : []
  } catch {
    kept = undefined
  }
  await check()
}

const drop = at('drop')
for (const type of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(type, (event) => {
    event.preventDefault()
    drop.classList.toggle('over', type === 'dragover')
    if (type === 'drop') void take((event as DragEvent).dataTransfer?.files)
  })
}
at<HTMLInputElement>('file').addEventListener(
  'change',
  ({ target }) => void take((target as HTMLInputElement).files),
)
at<HTMLInputElement>('kept').addEventListener('change', ({ target }) => {
  const [file] = (target as HTMLInputElement).files ?? []
  void keep(file)
})
at('language').addEventListener('click', () => {
  language = language === 'fr' ? 'en' : 'fr'
  show()
})
for (const id of ['ledger-keys', 'witness-keys', 'anchors'])
  at(id).addEventListener('change', () => void check())
show()
