import { Command } from 'commander';
import { didYouMean } from '../../config/suggest.ts';
import { systemClock } from '../../core/clock.ts';
import { LoadbotError } from '../../core/errors.ts';
import { PROFILE_NAMES } from '../../core/source-plan.ts';
import { formatCountOf } from '../../core/units.ts';
import { checkSurface, guessProfile } from '../../sources/profiles/check-surface.ts';
import type { Profile } from '../../sources/profiles/profile.ts';
import { PROFILES } from '../../sources/profiles/registry.ts';
import { readOnce } from '../../sources/read-once.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { readEndpointFlags, type EndpointFlags } from '../endpoint-flags.ts';
import { listProfile, listProfiles, listSurface } from '../profile-listing.ts';

interface CheckFlags extends EndpointFlags {
  readonly profile?: string;
}

const EXAMPLES = `
Examples:
  loadbot-agent profiles
  loadbot-agent profiles show moco
  loadbot-agent profiles check http://127.0.0.1:8080/metrics
  loadbot-agent profiles check https://db-7/metrics --profile databasus --header "authorization: Bearer ..."
`;

/** `profiles`: the systems whose metrics are known, and whether an endpoint is one of them. */
export function profilesCommand(io: CommandIo, exit: Exit): Command {
  const write = (lines: readonly string[]): void => void io.stdout.write(`${lines.join('\n')}\n`);
  const command = new Command('profiles')
    .summary('the systems whose metrics are known: list, show, check')
    .description('Lists the profiles that a source can have: what a system exposes, and what that means.')
    .addHelpText('after', EXAMPLES)
    .action(() => write(listProfiles(Object.values(PROFILES))));
  command
    .command('show')
    .description('Shows all that a profile says: families, phases, failures, rates.')
    .argument('<name>', 'name of the profile')
    .action((name: string) => write(listProfile(profileNamed(name, 'the argument'))));
  command
    .command('check')
    .description('Compares an endpoint with what its system documents: missing, extra, wrong type, wrong labels.')
    .argument('<url>', 'where the metrics are')
    .option('--profile <name>', 'what it should be (default: what it looks like most)')
    .option('--header <name: value>', 'header to send; may be repeated', collect)
    .option('--timeout <duration>', 'how long to wait for it', '10s')
    .addHelpText('after', '\nExit status: 0 as documented, 1 not so, or it cannot be read, 104 invalid flags.')
    .action(async (url: string, flags: CheckFlags) => {
      const profile = flags.profile === undefined ? undefined : profileNamed(flags.profile, '--profile');
      const { asDocumented, lines } = await check(url, flags, profile);
      write(lines);
      exit.with(asDocumented ? EXIT.ok : EXIT.internal);
    });
  return command;
}

async function check(
  url: string,
  flags: CheckFlags,
  wanted: Profile | undefined,
): Promise<{ readonly asDocumented: boolean; readonly lines: readonly string[] }> {
  const { reading, reason, badLines } = await readOnce(readEndpointFlags(url, flags), systemClock());
  if (reading === undefined) return { asDocumented: false, lines: [`it cannot be read: ${reason}`] };
  const profile = wanted ?? guessProfile(reading);
  if (profile === undefined) return { asDocumented: false, lines: ['it has no family of any profile'] };
  const surface = checkSurface(profile, reading);
  const lines = listSurface(profile, surface);
  if (badLines > 0) lines.push(`${formatCountOf(badLines, 'line')} could not be read`);
  return { asDocumented: surface.differences.length === 0 && badLines === 0, lines };
}

/** @throws {LoadbotError} `config_invalid` when there is none of that name */
function profileNamed(name: string, place: string): Profile {
  const known = PROFILE_NAMES.find((one) => one === name);
  if (known !== undefined) return PROFILES[known];
  throw new LoadbotError('config_invalid', `${place} is no profile: ${JSON.stringify(name)}`, {
    hint: didYouMean(name, PROFILE_NAMES) ?? `one of ${PROFILE_NAMES.join(', ')}`,
  });
}

function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
