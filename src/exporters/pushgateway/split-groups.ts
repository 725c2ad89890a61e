import type { Exposition, Family } from '../../metrics/family.ts';

/**
 * Splits an exposition into one per job run, by its uuid, and one under `''` for the process and the agent, in order of
 * appearance.
 */
export function splitByRun(exposition: Exposition): ReadonlyMap<string, Exposition> {
  const groups = new Map<string, Map<string, Family>>();
  for (const family of exposition.families) {
    for (const sample of family.samples) {
      const uuid = sample.labels['job_uuid'] ?? '';
      const families = groups.get(uuid) ?? new Map<string, Family>();
      const samples = families.get(family.name)?.samples ?? [];
      groups.set(uuid, families.set(family.name, { ...family, samples: [...samples, sample] }));
    }
  }
  return new Map([...groups].map(([uuid, families]) => [uuid, { ...exposition, families: [...families.values()] }]));
}
