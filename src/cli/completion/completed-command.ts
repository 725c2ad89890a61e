import type { Argument, Command, Option } from 'commander';

/** How a value is completed. */
export type CompletedValue =
  | { readonly kind: 'file' }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  /** Any other text. */
  | { readonly kind: 'text' };

export interface CompletedOption {
  /** `['-u', '--agent-uri']` */
  readonly flags: readonly string[];
  readonly description: string;
  /** `undefined`: the option has no value. */
  readonly value: CompletedValue | undefined;
}

/** A command, or a command of a command, as a shell completes it. */
export interface CompletedCommand {
  /** `['fleet', 'token']` */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** `undefined`: the command has no arguments. */
  readonly argument: CompletedValue | undefined;
  readonly subcommands: readonly CompletedCommand[];
}

/** Reads the commands of a program, as `--help` shows them. */
export function readCommands(program: Command): readonly CompletedCommand[] {
  return program.commands.map((command) => readCommand(command, []));
}

/** The commands and their commands, in the order of the help text. */
export function allCommands(commands: readonly CompletedCommand[]): readonly CompletedCommand[] {
  return commands.flatMap((command) => [command, ...allCommands(command.subcommands)]);
}

function readCommand(command: Command, parents: readonly string[]): CompletedCommand {
  const path = [...parents, command.name()];
  const [argument] = command.registeredArguments;
  const help: CompletedOption = { flags: ['-h', '--help'], description: 'display help', value: undefined };
  return {
    path,
    description: command.summary() || command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(readOption), help],
    argument: argument === undefined ? undefined : valueOf(argument, argument.name()),
    subcommands: command.commands.map((sub) => readCommand(sub, path)),
  };
}

function readOption(option: Option): CompletedOption {
  const { short, long, description, required, optional } = option;
  const flags = [short, long].filter((flag) => flag !== undefined);
  const name = /[<[]([^>\]]+)/.exec(option.flags)?.[1] ?? '';
  return { flags, description, value: required || optional ? valueOf(option, name) : undefined };
}

/** Placeholders of values that are files. */
const FILE = /^(file|files|dir|folder|path|kind=file)\b/;

function valueOf({ argChoices: choices }: Pick<Option | Argument, 'argChoices'>, name: string): CompletedValue {
  if (choices !== undefined) return { kind: 'choices', choices };
  return FILE.test(name) ? { kind: 'file' } : { kind: 'text' };
}
