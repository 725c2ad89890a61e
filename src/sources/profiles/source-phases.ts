import type { Condition } from '../../core/condition/condition.ts';
import { parseCondition } from '../../core/condition/parse.ts';
import { ofSource, selectorsOf } from '../../core/condition/selectors.ts';
import { LoadbotError } from '../../core/errors.ts';
import type { ProfileName, SourcePlan } from '../../core/source-plan.ts';
import type { Profile } from './profile.ts';
import { PROFILES } from './registry.ts';

/** Something that a source can be in the middle of. */
export interface SourcePhase {
  /** As the profile calls it; two sources of one profile have phases of the same names. */
  readonly name: string;
  readonly source: string;
  /** About the series of that source alone. */
  readonly condition: Condition;
  readonly meaning: string;
}

/** What the profiles of these sources call phases. */
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

/** Names of the series of a profile that people will want to see: what is in progress, what fails, what has a rate. */
export function notableNames(profile: ProfileName | undefined): readonly string[] {
  if (profile === undefined) return [];
  const { phases, failures, rates, prefix } = PROFILES[profile];
  const ofPhases = phases.flatMap(({ condition }) => selectorsOf(conditionOf(condition)).map(({ name }) => name));
  const counted = [...failures, ...rates].map((selector) => selector.replace(/\{.*$/s, ''));
  return [...new Set([...ofPhases, ...counted.flatMap((name) => spellingsOf(name, prefix))])];
}

/** How a live endpoint may call a documented family. */
export function spellingsOf(name: string, prefix: Profile['prefix']): readonly string[] {
  return prefix === undefined ? [name] : [name, prefix + name];
}

function conditionOf(text: string): Condition {
  const parsed = parseCondition(text);
  if ('condition' in parsed) return parsed.condition;
  throw new LoadbotError('internal', `a profile has a condition that is none: ${text}: ${parsed.fault.message}`);
}
