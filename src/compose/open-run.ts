import { createRoutes } from '../agent/run-routes.ts';
import type { LiveFeed } from '../agent/live/live-feed.ts';
import type { RunHandle, OpenedRun } from '../agent/opened-run.ts';
import { type StatusDocument, toStatusDocument } from '../agent/status-document.ts';
import type { Log } from '../shared/log.ts';
import { driverOf } from '../driver-catalog.ts';
import { requirePeer } from '../drivers/optional-peer.ts';
import { readOpenFiles, requireOpenFiles } from '../engine/open-files.ts';
import { placesOfThreads } from '../engine/place.ts';
import type { Exporter } from '../exporters/exporter.ts';
import type { Plan } from '../plan/plan.ts';
import { openAll, type ComposeOptions } from './parts.ts';
import {
  createFeed,
  exportsMetrics,
  feedRun,
  openControl,
  snapshotDetail,
  openExporters,
  loadMetricsRegistry,
} from './services.ts';
import { openAnnotations } from './annotator.ts';
import { openLoad } from './open-load.ts';
import { watchRun } from './watch-run.ts';
import type { FleetSettings } from './fleet-settings.ts';

/** Options of one run. */
export interface RunComposeOptions extends ComposeOptions {
  /** Agents that send the load; absent: this process sends it. */
  readonly fleet?: FleetSettings | undefined;
}

/**
 * Composes all parts of a run: target, record, control API, exporters, load threads.
 * @param run the run that the control API shows and stops
 * @throws {LoadbotError} when a part fails to open; parts opened before are closed
 */
export async function openRun(planned: Plan, run: RunHandle, options: RunComposeOptions): Promise<OpenedRun> {
  const { fleet: settings } = options;
  if (settings === undefined) requireOwnLoad(planned);
  return openAll(async (closers) => {
    const fleet =
      settings && (await (await import('./open-fleet.ts')).openFleet(planned, settings, run, options, closers));
    const effective = fleet === undefined ? planned : { ...planned, threads: fleet.threads };
    const watched = await watchRun(effective, run, { ...options, generator: fleet }, closers);
    const { plan, record, observation, thresholds, families, failures } = watched;
    const { waits } = observation.gates;
    const status = (): StatusDocument =>
      toStatusDocument(
        {
          plan,
          thresholds,
          waits,
          failures,
          snapshot: () => record.snapshot(),
          agents: () => watched.generator.agents(),
          steering: watched.steering,
        },
        run,
      );
    let exporters: readonly Exporter[] = [];
    const feed = await createFeed(plan.controlPort, status, () => exporters, options);
    const stop = (drainMs?: number): void => stopOnRequest(run, options.log, feed, drainMs);
    const followed = feedRun(feed, watched);
    const controlled = {
      status,
      stop,
      debug: options.debug,
      steering: watched.steering,
      get isReady() {
        return run.state === 'running';
      },
    };
    await openControl(plan.controlPort, createRoutes(controlled), { ...options, feed }, closers);
    const surface = exportsMetrics(plan) ? await loadMetricsRegistry(plan, options) : undefined;
    const annotator = await openAnnotations(plan.grafana, options, true);
    const notes = annotator?.follow(watched);
    await observation.start();
    const shown = { runs: () => [record.snapshot(snapshotDetail(plan))], families };
    if (surface !== undefined) exporters = await openExporters(plan, shown, surface, { ...options, feed }, closers);
    return {
      ...(await openLoad(watched, run, surface, options, closers)),
      notes,
      feed: followed,
      where: exporters.map(({ where, reach = '' }) => `${where}${reach}`),
      deliver: (withinMs) => Promise.all(exporters.map((exporter) => exporter.stop(withinMs))),
    };
  });
}

/** @throws {LoadbotError} when this process cannot send the load of the plan */
function requireOwnLoad(plan: Plan): void {
  requirePeer(driverOf(plan.target));
  requireOpenFiles(plan, placesOfThreads(plan.threads), readOpenFiles());
}

function stopOnRequest(run: RunHandle, log: Log, feed: LiveFeed | undefined, drainMs: number | undefined): void {
  if (run.state === 'running') {
    const inFlight = drainMs === 0 ? 'aborting requests in flight' : 'letting requests in flight finish';
    log.info(`control: asked to stop, ${inFlight}`);
    feed?.note('control', 'stop requested');
  }
  run.stop(drainMs);
}
