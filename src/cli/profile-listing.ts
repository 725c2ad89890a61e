import { sanitizeForTerminal } from '../shared/text.ts';
import { formatCountOf } from '../shared/units.ts';
import type { Difference, ConformanceCheck } from '../sources/profiles/check-conformance.ts';
import type { Profile } from '../sources/profiles/profile.ts';
import { alignColumns } from './align-columns.ts';

/** All profiles, a line each. */
export function listProfiles(profiles: readonly Profile[]): string[] {
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
export function listProfile(profile: Profile): string[] {
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
export function listConformance({ name, system }: Profile, check: ConformanceCheck): string[] {
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
