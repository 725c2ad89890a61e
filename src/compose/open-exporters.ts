import type { Exporter } from '../exporters/exporter.ts';
import type { Family } from '../metrics/family.ts';
import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { SnapshotDetail } from '../recorder/tally.ts';
import type { DisposableStack } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';
import { exportsMetrics } from './is-exported.ts';

/** Creates the registry of all exported metrics. */
export async function loadMetricsRegistry({ agent, metrics }: Plan, options: ComposeOptions): Promise<MetricsRegistry> {
  const { createMetricsRegistry } = await import('../metrics/metrics-registry.ts');
  const { retentionMs } = await import('../metrics/exposed-jobs.ts');
  return createMetricsRegistry({
    ...options,
    agent,
    labelRules: metrics.labelRules,
    goCompat: metrics.goCompat,
    k6Compat: metrics.k6Compat,
    keepMs: retentionMs(Math.max(0, ...metrics.pushTargets.map(({ intervalMs }) => intervalMs))),
  });
}

/** Detail of the snapshots for the registry: percentiles are exported under k6's names only. */
export function snapshotDetail({ metrics }: Plan): SnapshotDetail {
  return metrics.k6Compat ? 'latencies' : 'counts';
}

/** Runs and families that exporters collect. */
interface ExportedRuns {
  /** Oldest first. */
  runs(): readonly Snapshot[];
  /** Families in addition to those of the runs. */
  families(runs: readonly Snapshot[]): readonly Family[];
}

/** Opens and starts all exporters concurrently. */
export async function openExporters(
  plan: Plan,
  shown: ExportedRuns,
  surface: MetricsRegistry,
  options: ComposeOptions,
  closers: DisposableStack,
): Promise<readonly Exporter[]> {
  if (!exportsMetrics(plan)) return [];
  const { createExporters } = await import('../exporters/registry.ts');
  const { ownFamilies } = await import('../exporters/own-families.ts');
  const exporters: readonly Exporter[] = await createExporters(plan.metrics, plan.agent, {
    collect: () => {
      const runs = shown.runs();
      return surface.collect(runs, [...shown.families(runs), ...ownFamilies(exporters)]);
    },
    clock: options.clock,
    warn: (message) => options.log.warn(message),
    debug: (message) => options.log.debug(message),
  });
  for (const exporter of exporters) closers.push(() => exporter.stop(0));
  // Concurrently, so that timeouts of unresponsive receivers do not add up.
  await Promise.all(exporters.map((exporter) => exporter.start()));
  return exporters;
}
