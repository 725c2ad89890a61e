import { Agent } from '../agent/agent.ts';
import { createAgentRoutes } from '../agent/agent-routes.ts';
import type { RunHandle, OpenedRun } from '../agent/opened-run.ts';
import type { ReportRenderer } from '../agent/report-renderer.ts';
import { RunRecords } from '../agent/run-records.ts';
import type { WorkloadText } from '../agent/control-routes.ts';
import { settlesWithTimeout } from '../shared/clock.ts';
import { loadDriverModule } from '../driver-catalog.ts';
import { requirePeer } from '../drivers/optional-peer.ts';
import { readOpenFiles, requireOpenFiles } from '../engine/open-files.ts';
import { placesOfThreads } from '../engine/place.ts';
import type { Delivery, Exporter } from '../exporters/exporter.ts';
import type { Family } from '../metrics/family.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { Reporter } from '../reports/report.ts';
import type { RunStore } from '../run-store/run-store.ts';
import { closeAll, openAll, type ComposeOptions } from './parts.ts';
import { requireAllowedTargets } from './allowed-targets.ts';
import { openAnnotations } from './annotator.ts';
import { createFeed, feedRun, openControl, snapshotDetail, openExporters, loadMetricsRegistry } from './services.ts';
import { openLoad } from './open-load.ts';
import type { FleetAgentSettings } from './fleet-settings.ts';
import { watchRun } from './watch-run.ts';

/** Grace period for delivery beyond the timeout of the exporters. */
const CLOSE_GRACE_MS = 500;

/** A long-running agent with its close function. */
export interface OpenedAgent {
  readonly agent: Agent;
  /** Delivers the final metrics for at most `withinMs` and closes all parts; called while no run is in progress. */
  readonly close: (withinMs: number) => Promise<readonly Delivery[]>;
}

/** Options of a long-running agent. */
export interface AgentOptions extends ComposeOptions {
  /** @throws {LoadbotError} `config_invalid` */
  readonly plan: (workload: WorkloadText) => Promise<Plan>;
  /** Performs the checks of `plan`, with the same errors. */
  readonly check: (workload: WorkloadText) => Promise<void>;
  readonly reports: () => readonly Reporter[];
  /** Past runs; closed with the agent. */
  readonly runs: RunStore;
  /** Hosts that runs of the control API may send load to, `*.` in front for subdomains; empty: any. */
  readonly allowedTargets: readonly string[];
  /** Renders reports of past runs. */
  readonly render: ReportRenderer;
  /** Absent: it does not join a fleet. */
  readonly fleet?: FleetAgentSettings | undefined;
}

/**
 * Composes an agent that runs workloads on request. Exporters and control API live as long as the agent, all other
 * parts for one run.
 * @param settings the plan with the settings of the agent; its jobs are ignored
 * @throws {LoadbotError} when a part fails to open; parts opened before are closed
 */
export async function openAgent(settings: Plan, options: AgentOptions): Promise<OpenedAgent> {
  const { clock, log, build, debug, plan, check, runs } = options;
  const reports = (): readonly Reporter[] => [...options.reports(), runs.reporter()];
  return openAll(async (closers) => {
    closers.push(() => runs.close());
    const surface = await loadMetricsRegistry(settings, options);
    const records = new RunRecords(surface, snapshotDetail(settings));
    let exporters: readonly Exporter[] = [];
    /** Only the newest run: two runs may have the same thresholds and sources. */
    let newest: { readonly runId: string; readonly families: () => readonly Family[] } | undefined;
    const annotator = await openAnnotations(settings.grafana, options, false);
    const announce = async (): Promise<void> => {
      await Promise.all(exporters.map((exporter) => exporter.announce()));
    };
    const open = async (planned: Plan, run: RunHandle): Promise<OpenedRun> => {
      requireAllowedTargets(planned, options.allowedTargets);
      requirePeer(await loadDriverModule(planned.target));
      requireOpenFiles(planned, placesOfThreads(planned.threads), readOpenFiles());
      return openAll(async (ofRun) => {
        const { grafana } = settings;
        const watched = await watchRun({ ...planned, grafana }, run, options, ofRun);
        const { record, observation, families } = watched;
        records.add(record);
        newest = { runId: planned.runId, families };
        const notes = annotator?.follow(watched);
        const followed = feedRun(feed, watched);
        await observation.start();
        ofRun.push(async () => record.end());
        // Exports every series with 0 before anything is counted.
        await announce();
        const deliver = async (): Promise<readonly Delivery[]> => {
          record.end();
          await announce();
          return [];
        };
        return {
          ...(await openLoad(watched, run, surface, options, ofRun)),
          notes,
          feed: followed,
          where: [],
          deliver,
        };
      });
    };
    const onStop = (): void => feed?.note('control', 'stop requested');
    const agent = new Agent({ name: settings.agent, plan, check, open, reports, clock, log, build, debug, onStop });
    const feed = await createFeed(
      settings.controlPort,
      () => agent.status(),
      () => exporters,
      options,
    );
    await openControl(
      settings.controlPort,
      createAgentRoutes(agent, runs, options.render),
      { ...options, feed },
      closers,
    );
    const families = (runs: readonly Snapshot[]): readonly Family[] =>
      runs.some(({ runId }) => runId === newest?.runId) ? (newest?.families() ?? []) : [];
    const shown = { runs: () => records.snapshots(), families };
    exporters = await openExporters(settings, shown, surface, { ...options, feed }, closers);
    for (const { where, reach = '' } of exporters) log.info(`metrics: ${where}${reach}`);
    const showRun = (record: RunRecord): (() => void) => {
      records.add(record);
      void announce();
      return () => void announce();
    };
    if (options.fleet !== undefined) {
      const { openFleetAgent } = await import('./open-fleet-agent.ts');
      await openFleetAgent(options.fleet, { clock, log, build, name: settings.agent, lock: agent, showRun }, closers);
    }
    return {
      agent,
      close: async (withinMs) => {
        const noted = annotator?.finish() ?? Promise.resolve();
        const delivering = Promise.all(exporters.map((exporter) => exporter.stop(withinMs)));
        // Exporters have their own timeout; this one is a safeguard.
        const isDelivered = await settlesWithTimeout(clock, withinMs + CLOSE_GRACE_MS, delivering);
        await settlesWithTimeout(clock, withinMs, noted);
        await closeAll(closers);
        return isDelivered ? delivering : [];
      },
    };
  });
}
