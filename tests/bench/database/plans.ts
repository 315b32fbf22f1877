import pg from 'pg'

/** What one statement of a query did, as `EXPLAIN (ANALYZE, BUFFERS)` tells. */
export type StatementPlan = {
  /** Steps from the outside in, each with the index or table that it read. */
  readonly steps: readonly string[]
  /** Rows and index entries that were looked at, wanted or not. */
  readonly rowsRead: number
  /** Pages of 8 kB, in PostgreSQL's memory or not. */
  readonly pages: number
  /** Tables that were read from end to end. */
  readonly wholeTables: readonly { readonly table: string; readonly rows: number }[]
}

type Node = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Join Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly 'Shared Hit Blocks'?: number
  readonly 'Shared Read Blocks'?: number
  readonly Plans?: readonly Node[]
}
type Query = (
  this: pg.Client,
  text: string,
  values?: unknown[],
  ...others: unknown[]
) => Promise<pg.QueryResult>
type Watched = pg.Client & { readonly _txStatus?: string }

const isExplained = (text: unknown): text is string =>
  typeof text === 'string' &&
  /^\s*(select|with|insert|update|delete)\b/i.test(text) &&
  !/set_config|pg_advisory|pg_notify/.test(text)

let plans: StatementPlan[] | undefined

/** While `work` runs, every statement of this process is explained first, and what that wrote is undone. */
export async function explaining(work: () => Promise<unknown>): Promise<readonly StatementPlan[]> {
  const collected: StatementPlan[] = (plans = [])
  try {
    await work()
  } finally {
    plans = undefined
  }
  return collected
}

const prototype = pg.Client.prototype as unknown as { query: Query }
const query = prototype.query
/** Called with a callback by the pool itself: such calls are let through as they are. */
prototype.query = function (this: Watched, text, values, ...others) {
  const collected = plans
  if (!collected || !isExplained(text) || others.length > 0) return query.call(this, text, values, ...others)
  return explain(this, text, values).then((plan) => {
    collected.push(plan)
    return query.call(this, text, values)
  })
}

async function explain(client: Watched, text: string, values?: unknown[]): Promise<StatementPlan> {
  const isOpen = client._txStatus === 'T'
  await query.call(client, isOpen ? 'savepoint explaining' : 'begin')
  try {
    const { rows } = await query.call(client, `explain (analyze, buffers, format json) ${text}`, values)
    return planOf((rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN'][0].Plan)
  } finally {
    await query.call(client, isOpen ? 'rollback to savepoint explaining' : 'rollback')
  }
}

function planOf(root: Node): StatementPlan {
  const nodes = flattened(root)
  const reads = nodes.filter((node) => node['Relation Name'] && !node['Node Type'].startsWith('Modify'))
  return {
    // A node that only answers the policy's question says nothing of the query.
    steps: nodes.filter((node) => node['Node Type'] !== 'Result').map(sayNode),
    rowsRead: reads.reduce((sum, node) => sum + readBy(node), 0),
    pages: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
    wholeTables: reads
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => ({ table: node['Relation Name']!, rows: readBy(node) })),
  }
}

const flattened = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flattened)]

const readBy = (node: Node): number =>
  Math.round(
    ((node['Actual Rows'] ?? 0) +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) *
      (node['Actual Loops'] ?? 0),
  )

const sayNode = (node: Node): string => {
  const where = node['Index Name'] ?? node['Relation Name']
  const loops = node['Actual Loops'] ?? 0
  return `${node['Node Type']}${where ? ` ${where}` : ''} (${Math.round(node['Actual Rows'] ?? 0)}${loops > 1 ? ` × ${loops}` : ''})`
}
