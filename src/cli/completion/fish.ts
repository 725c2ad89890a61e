import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.ts';

/** Renders the completion script of fish 3 and newer. */
export function renderFish(commands: readonly CompletedCommand[]): string {
  const lines = [
    '# fish completion of loadbot-agent',
    'complete -c loadbot-agent -f',
    ...commands.map((command) => lineOf('__fish_use_subcommand', `-a ${nameOf(command)}`, command.description)),
    ...commands.flatMap((command) => renderCommand(command, `__fish_seen_subcommand_from ${nameOf(command)}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function renderCommand({ options, argument, subcommands }: CompletedCommand, condition: string): string[] {
  const names = subcommands.map(nameOf).join(' ');
  return [
    ...subcommands.map((sub) =>
      lineOf(`${condition}; and not __fish_seen_subcommand_from ${names}`, `-a ${nameOf(sub)}`, sub.description),
    ),
    ...subcommands.flatMap((sub) => renderCommand(sub, `${condition}; and __fish_seen_subcommand_from ${nameOf(sub)}`)),
    ...(subcommands.length > 0 ? [] : options.map((option) => lineOf(condition, flagsOf(option), option.description))),
    ...(argument === undefined || argument.kind === 'text'
      ? []
      : [`complete -c loadbot-agent -n '${condition}' ${wordsOf(argument)}`]),
  ];
}

function lineOf(condition: string, completed: string, description: string): string {
  return `complete -c loadbot-agent -n '${condition}' ${completed} -d ${quote(description)}`;
}

function flagsOf({ flags, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === undefined ? [] : ['-r', wordsOf(value)])].join(' ').trimEnd();
}

function wordsOf(value: CompletedValue): string {
  if (value.kind === 'file') return '-F';
  return value.kind === 'choices' ? `-f -a ${quote(value.choices.join(' '))}` : '-f';
}

function nameOf({ path }: CompletedCommand): string {
  return path.at(-1) ?? '';
}

function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, (mark) => `\\${mark}`)}'`;
}
