import type { ProfileName } from '../../core/source-plan.ts';
import { PROFILES } from './registry.ts';
import { spellingsOf } from './source-phases.ts';

/** What samples of a family that only count are called beyond its name. */
const COUNTING: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** Whether a profile documents a series of this name that only counts up. */
export function isDocumentedCounter(name: string, profile: ProfileName | undefined): boolean {
  if (profile === undefined) return false;
  const { families, prefix } = PROFILES[profile];
  return families.some(({ name: family, type }) =>
    spellingsOf(family, prefix).some((spelling) => (COUNTING[type] ?? []).some((suffix) => spelling + suffix === name)),
  );
}
