import type { PageFault } from '../domain/page-quality.ts'

const s = (count: number): string => (count > 1 ? 's' : '')

const faults: Record<PageFault, string> = {
  'resolution-low': 'résolution trop faible',
  'print-too-small': 'caractères trop petits pour cette résolution',
  blurred: 'image floue',
  faint: 'encre trop pâle',
  'edge-cut': 'texte coupé au bord',
  'dark-borders': 'bords sombres',
  'two-pages': 'deux pages sur une image',
}

/** Sentences about pages that should be scanned again. */
export const rescanFr = {
  title: (count: number) => `${count} page${s(count)} à numériser de nouveau`,
  place: (file: number, page: number) => `fichier ${file}, page ${page}`,
  ofDocument: (position: number) => `document n° ${position}`,
  faults,
  line: (place: string, why: string) => `${place} : ${why}`,
  others: (count: number) => `… et ${count} autre${s(count)} : « --json » les donne toutes.`,
  remedy:
    'Tout ne peut pas être lu sur ces images : tant que le papier est là, regardez les feuilles et numérisez-les mieux, dans un nouveau lot. Si le papier n’est pas meilleur, rien à faire : elles sont archivées telles quelles.',
}
export type RescanWords = typeof rescanFr
