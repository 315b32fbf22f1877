import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

// Rules of the house that no linter knows: files that can be read in one sitting, names that say what is inside.

const longest = 400
const junkDrawers = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc'])
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/

const files = globSync('{src,workers,tests,fixtures,scripts}/**/*.{ts,mjs,cjs,js}')

const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1
const words = (file: string) => file.split(/[/.]/)

const faults = files.flatMap((file) => [
  ...(/^(src|workers)\//.test(file) && lines(file) > longest
    ? [`${file}: ${lines(file)} lines, past ${longest}`]
    : []),
  ...(words(file).some((word) => junkDrawers.has(word))
    ? [`${file}: a junk drawer; name it after what it does`]
    : []),
  ...(basename(file).startsWith('index.') ? [`${file}: a barrel; import from where things are`] : []),
  ...(kebab.test(basename(file)) ? [] : [`${file}: not kebab-case`]),
])

for (const fault of faults) console.error(fault)
console.log(`house rules: ${files.length} files, ${faults.length} against them`)
process.exit(faults.length > 0 || files.length === 0 ? 1 : 0)
