import type { ProfileName } from '../../plan/source-plan.ts';
import { PROFILES } from './registry.ts';
import { spellingsOf } from './source-phases.ts';

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
