import { didYouMean } from '../../workload/suggest.ts';
import { systemClock } from '../../shared/clock.ts';
import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { PROFILE_NAMES, type SourcePlan } from '../../plan/source-plan.ts';
import { formatCountOf, parseDuration } from '../../shared/units.ts';
import {
  checkConformance,
  guessProfile,
  type Difference,
  type ConformanceCheck,
} from '../../sources/profiles/check-conformance.ts';
import type { Profile } from '../../sources/profiles/profile.ts';
import { PROFILES } from '../../sources/profiles/registry.ts';
import { readOnce } from '../../sources/source.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { isFault } from '../../workload/diagnostics.ts';
import { HEADER_VALUE, headerName, parseServerUrl } from '../../workload/features/server.ts';
import { DEFAULTS } from '../../workload/defaults.ts';
import { toFlagProblem } from '../../workload/http-url.ts';
import { parseSize } from '../../workload/values.ts';
import { requireEnvironmentProxy } from '../../workload/features/connection.ts';
import { splitOnce, sanitizeForTerminal } from '../../shared/text.ts';
import { alignColumns } from '../../reports/terminal/text-width.ts';

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

/** The flags about one metrics endpoint, as commander gives them. */
interface EndpointFlags {
  /** `Name: value` each. */
  readonly header?: readonly string[];
  readonly timeout: string;
}

/**
 * A source of everything that an endpoint exposes.
 * @throws {LoadbotError} `config_invalid` with all that is wrong; headers may be secret and are not repeated
 */
export function readEndpointFlags(text: string, { header = [], timeout }: EndpointFlags): SourcePlan {
  const problems: Diagnostic[] = [];
  const server = parseServerUrl(text);
  if (isFault(server)) problems.push(toFlagProblem('the URL', server));
  const timeoutMs = parseDuration(timeout) ?? 0;
  if (timeoutMs === 0) problems.push({ path: '--timeout', message: 'must be a duration above 0, such as 10s' });
  const headers = header.map((line) => readHeader(line));
  if (headers.includes(undefined)) problems.push({ path: '--header', message: 'must be "Name: value"' });
  if (problems.length > 0 || isFault(server)) {
    throw new LoadbotError('config_invalid', 'the flags are invalid', { problems });
  }
  const { url, headers: ofUrl } = server;
  const { max_bytes: maxBytes } = DEFAULTS.source;
  return {
    name: 'endpoint',
    origin: {
      kind: 'http',
      url,
      headers: { ...ofUrl, ...Object.fromEntries(headers.filter((pair) => pair !== undefined)) },
      tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: false },
      proxy: requireEnvironmentProxy(url),
    },
    profile: undefined,
    intervalMs: timeoutMs + 1,
    timeoutMs,
    match: [],
    maxBytes: parseSize(maxBytes),
    maxSeries: MAX_SERIES,
  };
}

/** Limits for commands that only read names: all series are accepted. */
const MAX_SERIES = 1_000_000;

function readHeader(line: string): readonly [name: string, value: string] | undefined {
  const [name, value] = splitOnce(line, ':') ?? ['', ''];
  return headerName.safeParse(name).success && HEADER_VALUE.test(value) ? [name.toLowerCase(), value] : undefined;
}

/** All profiles, a line each. */
function listProfiles(profiles: readonly Profile[]): string[] {
  return alignColumns(
    profiles.map(({ name, system, families, phases }) => [
      name,
      system,
      `${families.length} families`,
      phases.length === 0 ? '' : `phases: ${phases.map((phase) => phase.name).join(', ')}`,
    ]),
  );
}

/** Formats all content of a profile. */
function listProfile(profile: Profile): string[] {
  const { name, system, prefix, families, phases, failures, rates } = profile;
  const section = (title: string, rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [] : ['', title, ...alignColumns(rows)];
  return [
    `${name}: ${system}`,
    ...(prefix === undefined ? [] : [`Names may begin with ${prefix}, which the documentation leaves out.`]),
    ...section(
      'Families',
      families.map((family) => [family.name, family.type, family.labels.join(', ')]),
    ),
    ...section(
      'Phases',
      phases.map((phase) => [phase.name, phase.condition, phase.meaning]),
    ),
    ...section(
      'Failures',
      failures.map((selector) => [selector]),
    ),
    ...section(
      'Rates',
      rates.map((selector) => [selector]),
    ),
  ];
}

/** Formats the comparison of an endpoint with a profile. Text of the endpoint is untrusted. */
function listConformance({ name, system }: Profile, check: ConformanceCheck): string[] {
  const { differences, found, documented, others } = check;
  const rows = differences.map(({ kind, family, message }) => [
    WORDS[kind],
    sanitizeForTerminal(family),
    sanitizeForTerminal(message),
  ]);
  const summary = `${name} (${system}): ${found} of ${documented} documented families are there`;
  return [
    summary,
    ...alignColumns(rows),
    ...(differences.some(({ kind }) => kind === 'missing') ? [LATE] : []),
    ...(others > 0 ? [`${others} others belong to the runtime or to other programs`] : []),
    differences.length === 0 ? 'as documented' : formatCountOf(differences.length, 'difference'),
  ];
}

const LATE = 'hint: clients expose a family with labels only once it has counted something';

const WORDS: Readonly<Record<Difference['kind'], string>> = {
  missing: 'missing',
  extra: 'extra',
  type: 'wrong type',
  labels: 'wrong labels',
};
