import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpSchema } from '../../../src/adapters/postgres/dump.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('the committed schema is the one that the migrations make', async () => {
  const renewal =
    'Renew it, and look at the difference: npx vitest run --project integration tests/integration/postgres/schema.test.ts -u'
  await expect(await dumpSchema(database.owner), renewal).toMatchFileSnapshot(
    '../../../src/adapters/postgres/schema.sql',
  )
})

type Column = { table: string; column: string; nullable: boolean; omittable: boolean }

/** The tables as src/adapters/postgres/schema.ts declares them to the compiler. */
function declaredColumns(source: string): Column[] {
  const tables = [...source.matchAll(/^ {2}(\w+): (\w+Table)$/gm)]
  return tables.flatMap(([, table, type]) => {
    const [, body = ''] = source.match(new RegExp(`type ${type} = \\{([^}]*)\\}`)) ?? []
    return [...body.matchAll(/(\w+): ([^;]+?)(?=;|\s*$|\n {2}\w+:)/g)].map(([, column, kind]) => {
      const nullable = /\| null\b/.test(kind!)
      const omittable = nullable || /Generated|Defaulted|\| undefined/.test(kind!)
      return { table: table!, column: column!, nullable, omittable }
    })
  })
}

test('the types of the tables name every column, and tell truly which may be null or left out', async () => {
  const { rows } = await sql<Column>`
    select table_name as table, column_name as column, is_nullable = 'YES' as nullable,
      is_nullable = 'YES' or column_default is not null or is_identity = 'YES' as omittable
    from information_schema.columns where table_schema = 'public'`.execute(database.owner)
  const sources = ['schema', 'schema-timestamps'].map((name) =>
    readFile(`src/adapters/postgres/${name}.ts`, 'utf8'),
  )
  const declared = declaredColumns((await Promise.all(sources)).join('\n'))
  const sorted = (columns: Column[]) => columns.map((column) => JSON.stringify(column)).toSorted()
  expect(sorted(declared)).toEqual(
    sorted(rows.map(({ table, column, nullable, omittable }) => ({ table, column, nullable, omittable }))),
  )
})
