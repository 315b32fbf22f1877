import type { Page } from '../domain/page.ts'
import type { PageFindings } from '../domain/understanding/findings.ts'
import { UnderstoodPage, understandPage } from '../domain/understanding/understand-page.ts'
import type { Ports } from '../ports.ts'

/** What was read of a page and found in it, as it is staged. */
export const understoodPage = async (
  { batchId, words }: Pick<Page, 'batchId' | 'words'>,
  { staging }: Pick<Ports, 'staging'>,
): Promise<UnderstoodPage> =>
  UnderstoodPage.parse(JSON.parse((await staging.read(batchId, words!)).toString()))

/** What was found in a page; one that was read before findings were made is looked at now. */
export const findingsOf = (page: UnderstoodPage, { rules }: Pick<Ports, 'rules'>): PageFindings =>
  page.findings ?? understandPage(page, rules.documentTypes)

/** As it was scanned, where a page was not read. */
export const sizeOf = ({ image, facts }: Pick<Page, 'image' | 'facts'>) => {
  const { width, height, dpi } = { ...image!, ...facts }
  return { width, height, dpi }
}
