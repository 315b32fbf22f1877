import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { rolldown } from 'rolldown'

// Makes the verifier one HTML file that needs nothing beside it: `npm run build:verifier [FILE]`. The same sources and
// libraries give the same bytes, so that anybody can see that a page that was handed over is this one.

const room = path.resolve(import.meta.dirname, '../src/verifier')

export async function buildVerifier(): Promise<string> {
  const cryptography = path.join(room, 'browser-crypto.ts')
  const bundle = await rolldown({
    input: path.join(room, 'page.ts'),
    platform: 'browser',
    resolve: { alias: { 'node:crypto': cryptography } },
    transform: { target: 'es2024', inject: { Buffer: [cryptography, 'Buffer'] } },
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const page = await readFile(path.join(room, 'page.html'), 'utf8')
  // An end of script inside of a string would end the script.
  const code = output[0].code.replaceAll('</script', '<\\/script')
  return page.replace('/* the bundle */', () => code)
}

if (import.meta.main) {
  const file = process.argv[2] ?? 'dist/scelle-verifier.html'
  await mkdir(path.dirname(file), { recursive: true })
  const html = await buildVerifier()
  await writeFile(file, html)
  console.log(`${file}: ${Math.round(html.length / 1024)} KB`)
}
