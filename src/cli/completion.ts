import { Argument, type Command } from 'commander'
import type { Frame } from './frame.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

export function addCompletion(program: Command, { help: { completion: help }, act }: Frame): void {
  program
    .command('completion')
    .description(help.noun)
    .addArgument(new Argument('<SHELL>', help.shell).choices([...shells]))
    .action(
      act(async (_desk, _options, shell) => {
        process.stdout.write(completionScript(program, shell as Shell))
      }),
    )
}

/** What can follow each path of words: `batch` → submit, list…; `batch submit` → --wait…. */
type Continuation = {
  readonly path: string
  readonly words: readonly string[]
  readonly options: readonly string[]
}

/** A script that completes nouns, verbs and options; file names everywhere else. */
export function completionScript(program: Command, shell: Shell): string {
  const common = optionsOf(program)
  const tree = continuationsOf(program, '')
  return { bash, zsh, fish }[shell](tree, common)
}

function continuationsOf(command: Command, path: string): Continuation[] {
  const below = command.commands.flatMap((one) => continuationsOf(one, `${path} ${one.name()}`.trim()))
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])
  const words = [...command.commands.map((one) => one.name()), ...choices]
  return [{ path, words, options: path === '' ? [] : optionsOf(command) }, ...below]
}

const optionsOf = (command: Command): string[] => command.options.flatMap(({ long }) => long ?? [])

const cases = (tree: readonly Continuation[], common: readonly string[]): string =>
  tree
    .map(
      ({ path, words, options }) =>
        `    '${path}') next='${words.join(' ')}' options='${[...options, ...common, '--help'].join(' ')}' ;;`,
    )
    .join('\n')

/** What was said before the cursor: at most a noun and a verb. */
const bash = (tree: readonly Continuation[], common: readonly string[]): string => `# scelle completion bash
_scelle() {
  local word said='' count=0 next='' options='--help' current=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || ((count++ > 1)) || said="\${said:+$said }$word"
  done
  case "$said" in
${cases(tree, common)}
  esac
  if ((count > 2)); then next=''; fi
  if [[ $current == -* ]]; then next=$options; fi
  mapfile -t COMPREPLY < <(compgen -W "$next" -- "$current")
}
complete -o default -F _scelle scelle
`

const zsh = (tree: readonly Continuation[], common: readonly string[]): string => `#compdef scelle
# scelle completion zsh
_scelle() {
  local word said='' count=0 next='' options='--help'
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] || ((count++ > 1)) || said="\${said:+$said }$word"
  done
  case "$said" in
${cases(tree, common)}
  esac
  if [[ $words[CURRENT] == -* ]]; then compadd -- \${=options}
  elif [[ -n $next ]] && ((count < 3)); then compadd -- \${=next}
  else _files
  fi
}
compdef _scelle scelle
`

const fish = (tree: readonly Continuation[], common: readonly string[]): string => {
  const root = tree[0]!.words
  const lines = tree.flatMap(({ path, words, options }) => {
    const [noun, verb] = path.split(' ')
    const when = !noun
      ? '__fish_use_subcommand'
      : `__fish_seen_subcommand_from ${noun}${verb ? `; and __fish_seen_subcommand_from ${verb}` : ''}`
    const isFresh =
      noun && !verb && words.length > 0 ? `; and not __fish_seen_subcommand_from ${words.join(' ')}` : ''
    return [
      ...(words.length > 0 ? [`complete -c scelle -f -n '${when}${isFresh}' -a '${words.join(' ')}'`] : []),
      ...options.map((option) => `complete -c scelle -n '${when}' -l ${option.slice(2)}`),
    ]
  })
  const everywhere = [...common, '--help'].map((option) => `complete -c scelle -l ${option.slice(2)}`)
  return ['# scelle completion fish', `# ${root.join(' ')}`, ...lines, ...everywhere, ''].join('\n')
}
