import type { LabelRules } from '../core/label-rules.ts';
import type { Family, Labels } from './family.ts';

/** Families with other labels. */
export type Relabel = (families: readonly Family[]) => readonly Family[];

/** Applies the user's rules to every series: drops labels, calls `job` what it is to be called, adds labels. */
export function createRelabel({ added, dropped, jobLabel }: LabelRules): Relabel {
  if (Object.keys(added).length === 0 && dropped.length === 0 && jobLabel === 'job') return (families) => families;
  // Labels that are still the same object get the same object, whose text is known.
  const known = new WeakMap<Labels, Labels>();
  const change = (labels: Labels): Labels => {
    let changed = known.get(labels);
    if (changed === undefined) {
      const kept = Object.entries(labels).filter(([name]) => !dropped.includes(name));
      const renamed = kept.map(([name, value]) => [name === 'job' ? jobLabel : name, value] as const);
      changed = { ...Object.fromEntries(renamed), ...added };
      known.set(labels, changed);
    }
    return changed;
  };
  return (families) =>
    families.map(({ name, type, help, samples }) => ({
      name,
      type,
      help,
      samples: samples.map(({ suffix, labels, value, exemplar }) => ({
        suffix,
        labels: change(labels),
        value,
        exemplar,
      })),
    }));
}
