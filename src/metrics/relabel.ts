import type { LabelRules } from '../plan/label-rules.ts';
import type { Family, Labels, NativeFamily, Sample } from './family.ts';
import type { LabelCache } from './text.ts';

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

/** Names of families whose values can be summed: all but info, thresholds, rates and statistics. */
const IS_ADDITIVE = /^(?!loadbot_threshold_)(?!.*_info$)(?!k6_.*_(?:rate|min|avg|med|max|p\d+)$)/;

/**
 * Merges families of the same name and samples of the same series, because a duplicate series fails the whole scrape.
 * Counters, histograms and gauges are summed; of info and thresholds the first sample is kept.
 */
export function mergeFamilies(families: readonly Family[], labelTexts: LabelCache): readonly Family[] {
  const merged = new Map<string, Family[]>();
  for (const family of families) {
    const known = merged.get(family.name);
    if (known === undefined) merged.set(family.name, [family]);
    else known.push(family);
  }
  return [...merged.values()].map((same): Family => {
    const { name, type, help } = same[0]!; // no list is empty
    return {
      name,
      type,
      help,
      samples: mergeSamples(
        name,
        same.flatMap(({ samples }) => samples),
        labelTexts,
      ),
    };
  });
}

function mergeSamples(name: string, samples: readonly Sample[], labelTexts: LabelCache): readonly Sample[] {
  const add = IS_ADDITIVE.test(name) ? addSamples : (known: Sample): Sample => known;
  const series = new Map<string, Sample>();
  for (const sample of samples) {
    const id = sample.suffix + labelTexts.of(sample.labels);
    const known = series.get(id);
    series.set(id, known === undefined ? sample : add(known, sample));
  }
  return [...series.values()];
}

function addSamples(a: Sample, b: Sample): Sample {
  const newer = b.exemplar !== undefined && b.exemplar.epochMs > (a.exemplar?.epochMs ?? 0) ? b : a;
  return { ...newer, labels: a.labels, value: a.value + b.value };
}
