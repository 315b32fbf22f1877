import type { Argument, HelpConfiguration, Option } from 'commander'
import { helpEn } from './help-en.ts'
import { type Help, helpFr } from './help-fr.ts'
import { type Language, typesetAll } from '../domain/typography.ts'

export type { Help }

/** The texts of a language, typeset. */
export const helpIn = (language: Language): Help => typesetAll({ fr: helpFr, en: helpEn }[language], language)

/** The library says its own headings in English only. */
export function helpFormat(help: Help): HelpConfiguration {
  const headings: Readonly<Record<string, string>> = {
    'Usage:': help.headings.usage,
    'Arguments:': help.headings.arguments,
    'Options:': help.headings.options,
    'Global Options:': help.headings.global,
    'Commands:': help.headings.commands,
  }
  return {
    showGlobalOptions: true,
    styleTitle: (heading) => headings[heading] ?? heading,
    styleUsage: (usage) =>
      usage.replace('[options]', help.usageOptions).replace('[command]', help.usageCommand),
    optionDescription: (option) => describe(option, help),
    argumentDescription: (argument) => describe(argument, help),
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(' '),
  }
}

const termOf = (argument: Argument): string =>
  argument.required ? `<${argument.name()}>` : `[${argument.name()}]`

function describe(item: Option | Argument, help: Help): string {
  const { description, argChoices, defaultValue } = item
  const choices = argChoices && !argChoices.every((choice) => description.includes(choice))
  const more = [
    ...(choices ? [`${help.choices} ${argChoices.join(', ')}`] : []),
    ...(typeof defaultValue === 'string' || typeof defaultValue === 'number'
      ? [`${help.byDefault} ${defaultValue}`]
      : []),
  ]
  return more.length > 0 ? `${description} (${more.join(', ')})` : description
}
