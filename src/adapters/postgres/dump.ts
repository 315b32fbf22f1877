import { sql } from 'kysely'
import type { Database } from './database.ts'

/**
 * The schema as PostgreSQL understood it, from its catalogue: one line a fact, in an order that depends on names alone.
 * Two databases with the same tables, rules and rights dump alike.
 */
export async function dumpSchema(database: Database): Promise<string> {
  const { rows } = await sql<{ line: string }>`
    select line from (${sql.raw(facts.join('\nunion all\n'))}) facts
    order by place collate "C", line collate "C"`.execute(database)
  return [header, ...rows.map(({ line }) => line), ''].join('\n')
}

const header =
  '-- The schema as the migrations make it, for reading: dump.ts writes it, schema.test.ts compares it.'

const relation = `pg_class c join pg_namespace n on n.oid = c.relnamespace`
const ours = `n.nspname in ('public', 'migrations')`
const name = `n.nspname || '.' || c.relname`

/** Each selects `place`, by which lines are sorted, and `line`. */
const facts = [
  `select ${name} as place, E'\\ntable ' || ${name}
     || case when c.relrowsecurity then ' row-security' else '' end
     || case when c.relforcerowsecurity then ' forced' else '' end as line
   from ${relation} where ${ours} and c.relkind = 'r'`,

  `select ${name} || ' 1 ' || lpad(a.attnum::text, 4, '0'), '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
     || case when a.attnotnull then ' not null' else '' end
     || case a.attidentity when 'a' then ' identity always' when 'd' then ' identity' else '' end
     || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
   from ${relation} join pg_attribute a on a.attrelid = c.oid
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where ${ours} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,

  `select ${name} || ' 2', '  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
   from ${relation} join pg_constraint k on k.conrelid = c.oid where ${ours} and k.contype <> 'n'`,

  `select ${name} || ' 3', '  index ' || pg_get_indexdef(i.indexrelid)
   from ${relation} join pg_index i on i.indrelid = c.oid
   where ${ours} and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))`,

  `select ${name} || ' 4', '  trigger ' || pg_get_triggerdef(t.oid) || case t.tgenabled when 'O' then '' else ' ' || t.tgenabled::text end
   from ${relation} join pg_trigger t on t.tgrelid = c.oid where ${ours} and not t.tgisinternal`,

  `select ${name} || ' 5', '  policy ' || p.policyname || ' ' || p.permissive || ' for ' || p.cmd || ' to '
     || array_to_string(p.roles, ', ') || coalesce(' using ' || p.qual, '') || coalesce(' with check ' || p.with_check, '')
   from ${relation} join pg_policies p on p.schemaname = n.nspname and p.tablename = c.relname where ${ours}`,

  `select ${name} || ' 6', '  grant ' || string_agg(lower(g.privilege_type), ', ' order by g.privilege_type) || ' to ' || r.rolname
   from ${relation} cross join aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee
   where ${ours} and c.relkind = 'r' and g.grantee <> c.relowner group by n.nspname, c.relname, r.rolname`,

  `select 'function ' || p.proname, pg_get_functiondef(p.oid)
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ours}`,
]
