import type { Family, Sample } from './family.ts';
import type { LabelCache } from './text.ts';

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
