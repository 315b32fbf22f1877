import { headObject, type Target } from './head.ts'

type Next = (args: unknown) => Promise<unknown>
type Stack = {
  addRelativeTo(
    middleware: (next: Next) => Next,
    options: { name: string; relation: 'after'; toMiddleware: string },
  ): void
}

/**
 * Looks, before the SDK repeats a write whose answer was lost, whether the object is there by now. A store that ignores
 * If-None-Match would make a second version of it, which with Object Lock nobody can delete.
 */
export function lookingBeforeEachRepeat<Command extends { middlewareStack: unknown }>(
  command: Command,
  target: Target,
): Command {
  const middleware = (next: Next): Next => {
    let tries = 0
    return async (args) => {
      if (tries++ > 0 && (await headObject(target))) throw alreadyThere()
      return next(args)
    }
  }
  const stack = command.middlewareStack as Stack
  stack.addRelativeTo(middleware, {
    name: 'lookBeforeRepeat',
    relation: 'after',
    toMiddleware: 'retryMiddleware',
  })
  return command
}

/** What a store that honours the condition answers. */
const alreadyThere = (): Error =>
  Object.assign(new Error('PreconditionFailed'), {
    name: 'PreconditionFailed',
    $fault: 'client',
    $metadata: { httpStatusCode: 412 },
  })
