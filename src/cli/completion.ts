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

/** Options whose value is the next word, each with its choices: none, and it is a file name or anything else. */
type Takers = ReadonlyMap<string, readonly string[]>

/** A script that completes nouns, verbs, options and their choices; file names everywhere else. */
export function completionScript(program: Command, shell: Shell): string {
  const common = optionsOf(program)
  const tree = continuationsOf(program, '')
  return { bash, zsh, fish }[shell](tree, common, takersOf(program))
}

/** The same option may have other choices elsewhere: then all of them are offered. */
function takersOf(program: Command): Takers {
  const found = new Map<string, readonly string[]>()
  const visit = (command: Command): void => {
    for (const { long, required, optional, argChoices = [] } of command.options)
      if (long && (required || optional))
        found.set(long, [...new Set([...(found.get(long) ?? []), ...argChoices])])
    command.commands.forEach(visit)
  }
  visit(program)
  return found
}

/** What follows an option that takes a value: its choices, or a file name; then nothing else is offered. */
const valueCases = (takers: Takers): string =>
  [...takers].map(([option, choices]) => `    ${option}) value='${choices.join(' ')}'; taken=1 ;;`).join('\n')

const pattern = (takers: Takers): string => [...takers.keys()].join('|')

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
const bash = (
  tree: readonly Continuation[],
  common: readonly string[],
  takers: Takers,
): string => `# scelle completion bash
_scelle() {
  local word last='' said='' count=0 next='' options='--help' value='' taken='' current=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$last" in ${pattern(takers)}) last=''; continue ;; esac
    last=$word
    [[ $word == -* ]] || ((count++ > 1)) || said="\${said:+$said }$word"
  done
  case "$last" in
${valueCases(takers)}
  esac
  if [[ $taken ]]; then mapfile -t COMPREPLY < <(compgen -W "$value" -- "$current"); return; fi
  case "$said" in
${cases(tree, common)}
  esac
  if ((count > 2)); then next=''; fi
  if [[ $current == -* ]]; then next=$options; fi
  mapfile -t COMPREPLY < <(compgen -W "$next" -- "$current")
}
complete -o default -F _scelle scelle
`

const zsh = (
  tree: readonly Continuation[],
  common: readonly string[],
  takers: Takers,
): string => `#compdef scelle
# scelle completion zsh
_scelle() {
  local word last='' said='' count=0 next='' options='--help' value='' taken=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$last" in ${pattern(takers)}) last=''; continue ;; esac
    last=$word
    [[ $word == -* ]] || ((count++ > 1)) || said="\${said:+$said }$word"
  done
  case "$last" in
${valueCases(takers)}
  esac
  if [[ -n $taken && -n $value ]]; then compadd -- \${=value}; return; fi
  if [[ -n $taken ]]; then _files; return; fi
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

const fish = (tree: readonly Continuation[], common: readonly string[], takers: Takers): string => {
  const flags = (option: string): string => {
    const choices = takers.get(option)
    const takes = choices ? (choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : ' -r') : ''
    return `-l ${option.slice(2)}${takes}`
  }
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
      ...options.map((option) => `complete -c scelle -n '${when}' ${flags(option)}`),
    ]
  })
  const everywhere = [...common, '--help'].map((option) => `complete -c scelle ${flags(option)}`)
  return ['# scelle completion fish', `# ${root.join(' ')}`, ...lines, ...everywhere, ''].join('\n')
}
