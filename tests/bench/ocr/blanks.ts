import type { Corpus, CorpusPage } from './corpus.ts'
import type { OurRun } from './ours.ts'

export type Blanks = ReturnType<typeof blanksOf>

/** False blanks are looked for among all pages that are not, those with a lone signature included. */
export function blanksOf({ text, sparse }: Corpus, { pages }: OurRun) {
  const all = [...text, ...sparse]
  const isCalledBlank = ({ id }: CorpusPage): boolean => pages[id]?.facts.blank === true
  const blank = all.filter((page) => page.blank)
  return {
    blank: blank.length,
    found: blank.filter(isCalledBlank).length,
    missed: blank.filter((page) => !isCalledBlank(page)).map(({ id }) => id),
    notBlank: all.length - blank.length,
    falseBlanks: all.filter((page) => !page.blank && isCalledBlank(page)).map(({ id }) => id),
  }
}
