import type { Family } from '../metrics/family.ts';
import type { Exporter } from './exporter.ts';

/** Metrics of all exporters about themselves, each family once. Their samples do not have the label `agent` yet. */
export function ownFamilies(exporters: readonly Exporter[]): readonly Family[] {
  const merged = new Map<string, Family>();
  for (const family of exporters.flatMap((exporter) => exporter.families?.() ?? [])) {
    const samples = merged.get(family.name)?.samples ?? [];
    merged.set(family.name, { ...family, samples: [...samples, ...family.samples] });
  }
  return [...merged.values()];
}
