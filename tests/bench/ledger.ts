import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/devstack/postgres.ts'
import { measureAppends } from './ledger/appends.ts'
import { measureDerivation } from './ledger/derivation.ts'
import { openBenchLedger } from './ledger/house.ts'
import { measureProofs } from './ledger/proofs.ts'
import { type Figures, sayFigures } from './ledger/report.ts'

// What the ledger takes: appends inside business transactions, one by one (a sample) and many at once; proofs; the whole
// derivation, beside plain SHA-256 of the same bytes in the same run. `--entries N` (1,000,000), `--single N` of them one
// by one (2,000), `--proofs N` (200). Progress goes to standard error.

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    entries: { type: 'string', default: '1000000' },
    single: { type: 'string', default: '2000' },
    proofs: { type: 'string', default: '200' },
  },
})
const entries = Number(values.entries)
const say = (line: string): void => console.error(line)

const directory = await mkdtemp(path.join(tmpdir(), 'scelle-bench-ledger-'))
// Durable, as in production: a commit waits for the disk.
const postgres = await startEmbeddedPostgres({ directory, durable: true, temporary: true })
try {
  const house = await openBenchLedger(postgres.url)
  const figures: Figures = {
    entries,
    ...(await measureAppends(house, entries, Number(values.single), say)),
    ...(await measureProofs(house, Number(values.proofs), say)),
    ...(await measureDerivation(house, say)),
    bytesPerEntry: await house.bytesPerEntry(entries),
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : sayFigures(figures))
  await house.close()
} finally {
  await postgres.stop()
}
