import { didYouMean } from '../../workload/suggest.ts';
import { systemClock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { PROFILE_NAMES } from '../../plan/source-plan.ts';
import { formatCountOf } from '../../shared/units.ts';
import { checkConformance, guessProfile } from '../../sources/profiles/check-conformance.ts';
import type { Profile } from '../../sources/profiles/profile.ts';
import { PROFILES } from '../../sources/profiles/registry.ts';
import { readOnce } from '../../sources/read-once.ts';
import type { CommandIo } from '../command-io.ts';
import { type EndpointFlags, readEndpointFlags } from '../endpoint-flags.ts';
import { EXIT } from '../exit-codes.ts';
import { listProfile, listProfiles, listConformance } from '../profile-listing.ts';

export interface CheckFlags extends EndpointFlags {
  readonly profile?: string;
}

export function showProfiles(io: CommandIo): void {
  write(listProfiles(Object.values(PROFILES)), io);
}

export function showProfile(name: string, io: CommandIo): void {
  write(listProfile(profileNamed(name, 'the argument')), io);
}

/** Compares an endpoint with a profile; returns the exit code. */
export async function checkEndpoint(url: string, flags: CheckFlags, io: CommandIo): Promise<number> {
  const profile = flags.profile === undefined ? undefined : profileNamed(flags.profile, '--profile');
  const { asDocumented, lines } = await check(url, flags, profile);
  write(lines, io);
  return asDocumented ? EXIT.ok : EXIT.internal;
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
  const surface = checkConformance(profile, reading);
  const lines = listConformance(profile, surface);
  if (badLines > 0) lines.push(`${formatCountOf(badLines, 'line')} could not be read`);
  return { asDocumented: surface.differences.length === 0 && badLines === 0, lines };
}

/** @throws {LoadbotError} `config_invalid` when there is none of that name */
function profileNamed(name: string, place: string): Profile {
  const known = PROFILE_NAMES.find((one) => one === name);
  if (known !== undefined) return PROFILES[known];
  throw new LoadbotError('config_invalid', `${place} is not a profile: ${JSON.stringify(name)}`, {
    hint: didYouMean(name, PROFILE_NAMES) ?? `one of ${PROFILE_NAMES.join(', ')}`,
  });
}

function write(lines: readonly string[], io: CommandIo): void {
  io.stdout.write(`${lines.join('\n')}\n`);
}
