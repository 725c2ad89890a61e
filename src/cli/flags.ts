import type { Command } from 'commander';

/** The second short name of --version; loadbot has the lower case. */
const VERSION = '-V';

/**
 * Rewrites every flag to the spelling that the commands of a program declare: one with underscores, as the ancestor
 * spells them, also works with dashes. Arguments after `--` are left alone.
 */
export function canonicalFlags(args: readonly string[], { commands }: Pick<Command, 'commands'>): string[] {
  if (args[0] === VERSION) return ['--version'];
  const underscored = commands
    .flatMap(({ options }) => options.map(({ long }) => long ?? ''))
    .filter((long) => long.includes('_'));
  const spellings = new Map(underscored.map((long) => [long.replaceAll('_', '-'), long]));
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    if (end !== -1 && index > end) return arg;
    const [flag = '', ...value] = arg.split('=');
    return [spellings.get(flag) ?? flag, ...value].join('=');
  });
}
