import sharp, { type Sharp } from 'sharp'

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** A printed A4 sheet at 300 dpi, without the scanner's defects: lines of text, one size. */
export function sheet(lines: readonly string[], { dpi = 300, size = 44, ink = '#111' } = {}): Sharp {
  const [width, height] = [Math.round(8.27 * dpi), Math.round(11.69 * dpi)]
  const text = lines
    .map((line, index) => `<text x="${dpi * 0.8}" y="${dpi + index * size * 1.6}">${escape(line)}</text>`)
    .join('')
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fdfdfb"/>` +
        `<g font-family="DejaVu Sans" font-size="${size}" fill="${ink}">${text}</g></svg>`,
    ),
  ).flatten({ background: '#fff' })
}

export const letter = [
  'Compte rendu de visite',
  'Salarié vu le 12 février 2024 : apte à son poste.',
  'À revoir dans un an.',
]
