import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { publishedSchemas, schemaFile } from '../../scripts/schemas.ts'

test.each(Object.keys(publishedSchemas))(
  'the published %s is the one that is checked (renew: npx node scripts/schemas.ts)',
  (name) => {
    expect(readFileSync(schemaFile(name), 'utf8')).toBe(publishedSchemas[name])
  },
)
