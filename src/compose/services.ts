import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeChange } from '../shared/load-change.ts';
import type { Exporter } from '../exporters/exporter.ts';
import type { Family } from '../metrics/family.ts';
import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { SnapshotDetail } from '../recorder/tally.ts';
import type { DisposableStack, ComposeOptions } from './parts.ts';
import type { ProcessMetrics } from '../metrics/process-metrics.ts';
import type { ControlRoutes } from '../agent/control-routes.ts';
import type { LiveFeed } from '../agent/live/live-feed.ts';
import type { RunFeed } from '../agent/opened-run.ts';
import type { StatusDocument } from '../agent/status-document.ts';
import type { RunResult } from '../reports/report.ts';
import type { WatchedRun } from './watch-run.ts';
import { loopbackNote } from '../shared/network/loopback.ts';

/** How to reach an API that listens on loopback. */
const REMEDY = 'from elsewhere: ssh -L';

/** Opens the control API before any slow part, so that a run can be stopped while those open. */
export async function openControl(
  port: number | undefined,
  routes: ControlRoutes,
  { clock, log, access, feed }: ComposeOptions,
  closers: DisposableStack,
): Promise<void> {
  if (port === undefined) return;
  const { openControlApi } = await import('../agent/control-api.ts');
  const { createLiveRoutes } = await import('../agent/live/live-routes.ts');
  const all = new Map([...routes, ...(feed === undefined ? [] : createLiveRoutes(feed))]);
  const control = await openControlApi(port, all, { clock, access, warn: (message) => log.warn(message) });
  closers.push(async () => {
    await feed?.close();
    await control.close();
  });
  const reach = loopbackNote(new URL(control.url).hostname, REMEDY) || ' (open to the network, with a token)';
  log.info(`control: ${control.url}/status${reach}`);
}

/** Creates the feed of a process with a control port. */
export async function createFeed(
  port: number | undefined,
  status: () => StatusDocument,
  exporters: () => readonly Exporter[],
  { clock }: Pick<ComposeOptions, 'clock'>,
): Promise<LiveFeed | undefined> {
  if (port === undefined) return undefined;
  const { LiveFeed } = await import('../agent/live/live-feed.ts');
  const { buildResultInSteps } = await import('../reports/document/result-document.ts');
  const { finishInTurns } = await import('../reports/work-in-steps.ts');
  const render = async (result: RunResult): Promise<string> => {
    const { renderHtmlInSteps } = await import('../reports/html/html.ts');
    // Scrapes and signals come in between.
    const document = await finishInTurns(buildResultInSteps(result), nextTurn);
    return finishInTurns(renderHtmlInSteps(document), nextTurn);
  };
  const { ownFamilies } = await import('../exporters/exporter.ts');
  return new LiveFeed({ status, clock, render, exporters: () => ownFamilies(exporters()) });
}

/** The feed of a run with this observation. */
export function feedRun(feed: LiveFeed | undefined, watched: WatchedRun): RunFeed | undefined {
  if (feed === undefined) return undefined;
  const { plan, observation, thresholds, steering } = watched;
  const { runId, workload } = plan;
  const { waits } = observation.gates;
  const followed = feed.follow({ runId, workload, thresholds, waits, system: observation.soFar });
  steering.follow((change) => feed.note('control', describeChange(change), change.job ?? null));
  observation.follow((name, isInForce) => feed.note('phase', `${name} ${isInForce ? 'began' : 'ended'}`));
  return followed;
}

/** Whether metrics are pushed or served. */
export function exportsMetrics({ metrics }: Plan): boolean {
  return metrics.pullPort !== undefined || metrics.pushTargets.length > 0;
}

/** Process metrics of an agent that does not export: not collected. */
export const noopProcessMetrics: ProcessMetrics = { read: () => Promise.resolve([]) };

/** Returns the process metrics of an agent with these settings. */
export async function processMetricsOf(plan: Plan): Promise<ProcessMetrics> {
  if (!exportsMetrics(plan)) return noopProcessMetrics;
  const { collectProcessMetrics } = await import('../metrics/process-metrics.ts');
  return collectProcessMetrics();
}

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
  const { createExporters } = await import('./create-exporters.ts');
  const { ownFamilies } = await import('../exporters/exporter.ts');
  const exporters: readonly Exporter[] = await createExporters(plan.metrics, plan.agent, {
    collect: () => {
      const runs = shown.runs();
      return surface.collect(runs, [...shown.families(runs), ...ownFamilies(exporters)]);
    },
    clock: options.clock,
    warn: (message) => {
      options.log.warn(message);
      options.feed?.note('push', message);
    },
    debug: (message) => options.log.debug(message),
  });
  for (const exporter of exporters) closers.push(() => exporter.stop(0));
  // Concurrently, so that timeouts of unresponsive receivers do not add up.
  await Promise.all(exporters.map((exporter) => exporter.start()));
  return exporters;
}
