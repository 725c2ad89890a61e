import type { LabelRules } from '../plan/label-rules.ts';
import type { Family, Labels, NativeFamily } from './family.ts';

/** Changes the labels of families. */
export type Relabel = (families: readonly Family[]) => readonly Family[];

/** Applies the user's label rules to every series: drops labels, renames `job`, adds labels. */
export function createRelabel({ added, dropped, jobLabel }: LabelRules): Relabel {
  if (Object.keys(added).length === 0 && dropped.length === 0 && jobLabel === 'job') return (families) => families;
  // Equal label objects map to the same object, whose formatted text is cached.
  const known = new WeakMap<Labels, Labels>();
  const change = (labels: Labels): Labels => {
    let changed = known.get(labels);
    if (changed === undefined) known.set(labels, (changed = changeLabels(labels, { added, dropped, jobLabel })));
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

/**
 * Applies the rules to native histograms. Keeps `job_uuid`, because histograms with equal labels would have to be
 * summed.
 */
export function relabelNative(families: readonly NativeFamily[], rules: LabelRules): readonly NativeFamily[] {
  const dropped = rules.dropped.filter((name) => name !== 'job_uuid');
  return families.map(({ name, samples }) => ({
    name,
    samples: samples.map(({ labels, histogram }) => ({
      labels: changeLabels(labels, { ...rules, dropped }),
      histogram,
    })),
  }));
}

function changeLabels(labels: Labels, { added, dropped, jobLabel }: LabelRules): Labels {
  const kept = Object.entries(labels).filter(([name]) => !dropped.includes(name));
  const renamed = kept.map(([name, value]) => [name === 'job' ? jobLabel : name, value] as const);
  return { ...Object.fromEntries(renamed), ...added };
}
