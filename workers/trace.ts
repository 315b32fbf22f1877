/** Kind and place of an error. Its message is left out: it may quote content. */
export function traceOf(error: unknown): { kind: string; at?: string[] } {
  if (!(error instanceof Error)) return { kind: typeof error }
  const { name, message, stack = '' } = error
  // The stack begins with the message, which may have lines that look like places.
  const start = stack.indexOf(message)
  if (start < 0) return { kind: name }
  const places = stack.slice(start + message.length).match(/(?<=^ +at ).+:\d+:\d+\)?$/gm) ?? []
  return { kind: name, at: places.slice(0, 6) }
}
