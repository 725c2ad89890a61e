import { type Command, Option } from 'commander';
import { type Flag, type FlagName, spellingOf } from '../workload/flags.ts';

/** Flags of one group, by name. */
type FlagGroup = Readonly<Partial<Record<FlagName, Flag>>>;

/**
 * Adds the flags of a group that the command has, in the order of the table.
 * @param descriptions texts for this command, instead of those of the table
 * @param longOnly flags without their short form
 */
export function addPlanOptions(
  command: Command,
  group: FlagGroup,
  descriptions: Readonly<Partial<Record<FlagName, string>>> = {},
  longOnly: readonly FlagName[] = [],
): Command {
  const rows = Object.entries(group) as [FlagName, Flag][]; // the keys of a group are names
  for (const [name, flag] of rows) {
    if (flag.commands.some((one) => one === command.name())) {
      const { short: _, ...long } = flag;
      const shown = longOnly.includes(name) ? long : flag;
      command.addOption(optionOf(name, { ...shown, description: descriptions[name] ?? flag.description }));
    }
  }
  return command;
}

function optionOf(name: FlagName, { kind, short, argument, description }: Flag): Option {
  const forms = [...(short === undefined ? [] : [`-${short}`]), spellingOf(name)].join(', ');
  const option = new Option(argument === undefined ? forms : `${forms} <${argument}>`, description);
  return kind === 'list' ? option.argParser(collect) : option;
}

/** Collects the values of a repeatable option. */
export function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
