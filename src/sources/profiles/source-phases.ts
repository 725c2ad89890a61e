import type { SourceCondition } from '../../conditions/condition.ts';
import { parseCondition } from '../../conditions/parse.ts';
import { ofSource, selectorsOf } from '../../conditions/selectors.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { ProfileName, SourcePlan } from '../../plan/source-plan.ts';
import type { Profile } from './profile.ts';
import { PROFILES } from './registry.ts';

/** A phase of one source. */
export interface SourcePhase {
  /** Name in the profile; two sources with the same profile have phases with the same names. */
  readonly name: string;
  readonly source: string;
  /** Restricted to the series of this source. */
  readonly condition: SourceCondition;
  readonly meaning: string;
}

/** Phases of the sources' profiles. */
export function phasesOf(plans: readonly SourcePlan[]): readonly SourcePhase[] {
  return plans.flatMap(({ name: source, profile }) =>
    (profile === undefined ? [] : PROFILES[profile].phases).map(({ name, condition, meaning }) => ({
      name,
      source,
      condition: ofSource(conditionOf(condition), source),
      meaning,
    })),
  );
}

/** Names of a profile's series that reports show first: work in progress, failures, rates. */
export function highlightedNames(profile: ProfileName | undefined): readonly string[] {
  if (profile === undefined) return [];
  const { phases, failures, rates, prefix } = PROFILES[profile];
  const ofPhases = phases.flatMap(({ condition }) => selectorsOf(conditionOf(condition)).map(({ name }) => name));
  const counted = [...failures, ...rates].map((selector) => selector.replace(/\{.*$/s, ''));
  return [...new Set([...ofPhases, ...counted.flatMap((name) => spellingsOf(name, prefix))])];
}

/** Possible exposed names of a documented family. */
export function spellingsOf(name: string, prefix: Profile['prefix']): readonly string[] {
  return prefix === undefined ? [name] : [name, prefix + name];
}

function conditionOf(text: string): SourceCondition {
  const parsed = parseCondition(text);
  if ('condition' in parsed) return parsed.condition;
  throw new LoadbotError('internal', `a profile has an invalid condition: ${text}: ${parsed.fault.message}`);
}

/** Name suffixes of samples that are counters, by type of family. */
const COUNTING: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** Whether a profile documents this series as a counter. */
export function isDocumentedCounter(name: string, profile: ProfileName | undefined): boolean {
  if (profile === undefined) return false;
  const { families, prefix } = PROFILES[profile];
  return families.some(({ name: family, type }) =>
    spellingsOf(family, prefix).some((spelling) => (COUNTING[type] ?? []).some((suffix) => spelling + suffix === name)),
  );
}
