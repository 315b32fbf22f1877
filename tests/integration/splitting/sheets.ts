import sharp, { type Sharp } from 'sharp'

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** A printed A4 sheet at 300 dpi, without the scanner's defects: lines of text of one size, in points. */
export function sheet(lines: readonly string[], { dpi = 300, points = 11, ink = '#111' } = {}): Sharp {
  const [width, height] = [Math.round(8.27 * dpi), Math.round(11.69 * dpi)]
  const size = (points / 72) * dpi
  const text = lines
    .map((line, index) => `<text x="${dpi * 0.8}" y="${dpi + index * size * 1.6}">${escaped(line)}</text>`)
    .join('')
  const picture =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="100%" height="100%" fill="#fdfdfb"/>` +
    `<g font-family="DejaVu Sans" font-size="${size}" fill="${ink}">${text}</g></svg>`
  return sharp(Buffer.from(picture)).flatten({ background: '#fff' })
}

/** The sheet as scanners keep black and white: one bit a pixel, CCITT Group 4. */
export async function bitonal(picture: Sharp): Promise<Buffer> {
  const { data, info } = await picture
    .flatten()
    .threshold(150)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 1 } })
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1, miniswhite: true, xres: 300 / 25.4, yres: 300 / 25.4 })
    .toBuffer()
}

export const letter = [
  'Compte rendu de visite périodique',
  'Salarié vu le 12 février 2024, exposé au bruit depuis août 2019.',
  'L’audiogramme montre une légère baisse à 4000 Hz, côté gauche.',
  'Œdème résorbé ; examen clinique sans particularité.',
  'Apte à son poste, à revoir dans un délai de douze mois.',
]

/** All pixels of an image, as grey. */
export const pixels = (image: Buffer): Promise<Buffer> => sharp(image).toColourspace('b-w').raw().toBuffer()
