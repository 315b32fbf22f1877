/** Column names are written in SQL's way, the domain's in TypeScript's; values pass unchanged. */
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camel = (key: string): string =>
  key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

type Camel<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Key
type Snake<Key extends string> = Key extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Snake<Rest>}`
    : `_${Lowercase<First>}${Snake<Rest>}`
  : ''

export type FromRow<Row> = { [Key in keyof Row as Key extends string ? Camel<Key> : never]: Row[Key] }
export type ToRow<Value> = { [Key in keyof Value as Key extends string ? Snake<Key> : never]: Value[Key] }

export const fromRow = <Row extends object>(row: Row): FromRow<Row> =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [camel(key), value])) as FromRow<Row>

export const toRow = <Value extends object>(value: Value): ToRow<Value> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [snake(key), one])) as ToRow<Value>
