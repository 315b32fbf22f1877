import { existsSync } from 'node:fs'
import { cruise, format, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

// Checks the import rule, and that it was checked at all: a cruiser that cannot parse the sources sees no module,
// finds no violation and says that all is well.

const rooms = ['src', 'workers', 'tests', 'fixtures', 'scripts'].filter((room) => existsSync(room))
const options: ICruiseOptions = await extractDepcruiseOptions('./.dependency-cruiser.mjs')
const { output } = await cruise(rooms, options, undefined, { tsConfig: extractTSConfig('tsconfig.json') })
const { modules, summary } = output as ICruiseResult

const ours = modules.filter(({ source }) => rooms.some((room) => source.startsWith(`${room}/`))).length
const follows = summary.totalDependenciesCruised ?? 0
if (ours === 0 || follows === 0) {
  console.error(`imports: ${ours} modules and ${follows} imports seen: the rule was not checked`)
  process.exit(1)
}
if (summary.error > 0) console.error((await format(output as ICruiseResult, { outputType: 'err' })).output)
console.log(`imports: ${ours} modules, ${follows} imports, ${summary.error} against the rule`)
process.exit(summary.error > 0 ? 1 : 0)
