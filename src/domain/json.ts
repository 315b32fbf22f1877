/** What a file of JSON says; undefined where it is none: the parser's own message would quote the file. */
export function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return undefined
  }
}
