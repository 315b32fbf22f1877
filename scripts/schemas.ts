// Renews docs/schemas from the code: npx node scripts/schemas.ts
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { DemoReport } from '../src/devstack/demo/report-schema.ts'
import { Manifest } from '../src/domain/manifest.ts'
import { Settings } from '../src/settings/settings.ts'

const schema = (title: string, shape: z.ZodType): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(shape, { io: 'input' }) }, null, 2)}\n`

/** Every published JSON Schema, by its file in docs/schemas. They say the shape; coherence is said by failure codes. */
export const publishedSchemas: Readonly<Record<string, string>> = {
  'batch.schema.json': schema('batch.json, version 1: what the operator says of a batch', Manifest),
  'demo-report.schema.json': schema('What `npm run demo -- --report FILE` writes', DemoReport),
  'settings.schema.json': schema('scelle.json: the configuration', Settings),
}

export const schemaFile = (name: string): URL => new URL(`../docs/schemas/${name}`, import.meta.url)

if (import.meta.main) {
  for (const [name, text] of Object.entries(publishedSchemas)) writeFileSync(schemaFile(name), text)
}
