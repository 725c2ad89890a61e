import { Agent } from '../agent/agent.ts';
import { createAgentRoutes } from '../agent/agent-routes.ts';
import type { RunHandle } from '../agent/run-handle.ts';
import type { OpenedRun } from '../agent/opened-run.ts';
import { RunRecords } from '../agent/run-records.ts';
import type { WorkloadText } from '../agent/workload-text.ts';
import { settlesWithin } from '../core/within.ts';
import { requirePeer } from '../drivers/optional-peer.ts';
import { readOpenFiles, requireOpenFiles } from '../engine/open-files.ts';
import type { Delivery, Exporter } from '../exporters/exporter.ts';
import type { Family } from '../metrics/family.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import type { Report } from '../reports/report.ts';
import { closeAll, openOrClose } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';
import { openAnnotations } from './open-annotations.ts';
import { openControl } from './open-control.ts';
import { detailOf, openExporters, surfaceOf } from './open-exporters.ts';
import { openLoad } from './open-load.ts';
import { watchRun } from './watch-run.ts';

/** What delivery may take beyond the time that exporters are given. */
const CLOSE_GRACE_MS = 500;

/** An agent that lives on, and what ends it. */
export interface OpenedAgent {
  readonly agent: Agent;
  /** Delivers the last metrics for at most `withinMs` and closes everything; called with no run in progress. */
  readonly close: (withinMs: number) => Promise<readonly Delivery[]>;
}

/** What an agent is opened with. */
export interface AgentOptions extends ComposeOptions {
  /** @throws {LoadbotError} `config_invalid` */
  readonly plan: (workload: WorkloadText) => Promise<Plan>;
  /** Checks what `plan` does, and throws as it does. */
  readonly check: (workload: WorkloadText) => Promise<void>;
  readonly reports: () => readonly Report[];
}

/**
 * Puts together an agent that runs what it is told: exporters and control API for all its life, the rest for each run.
 * @param settings the plan whose settings of the agent count; its jobs do not
 * @throws {LoadbotError} when a part cannot be had; the parts opened before it have been closed again
 */
export async function openAgent(settings: Plan, options: AgentOptions): Promise<OpenedAgent> {
  const { clock, log, build, debug, plan, check, reports } = options;
  return openOrClose(async (closers) => {
    const surface = await surfaceOf(settings, options);
    const records = new RunRecords(surface, detailOf(settings));
    let exporters: readonly Exporter[] = [];
    /** Of the newest run: two runs may have the same thresholds and sources. */
    let newest: { readonly runId: string; readonly families: () => readonly Family[] } | undefined;
    const annotator = await openAnnotations(settings.grafana, options, false);
    const announce = async (): Promise<void> => {
      await Promise.all(exporters.map((exporter) => exporter.announce()));
    };
    const open = (planned: Plan, run: RunHandle): Promise<OpenedRun> => {
      requirePeer(planned.target.driver);
      requireOpenFiles(planned, readOpenFiles());
      return openOrClose(async (ofRun) => {
        const { grafana } = settings;
        const watched = await watchRun({ ...planned, grafana }, run, options, ofRun);
        const { record, observation, families } = watched;
        records.add(record);
        newest = { runId: planned.runId, families };
        const notes = annotator?.follow(watched.plan, observation);
        await observation.start();
        ofRun.push(async () => record.end());
        // Every series is known to be 0 before anything is counted.
        await announce();
        const deliver = async (): Promise<readonly Delivery[]> => {
          record.end();
          await announce();
          return [];
        };
        return { ...openLoad(watched, surface, options, ofRun), notes, where: [], deliver };
      });
    };
    const agent = new Agent({ name: settings.agent, plan, check, open, reports, clock, log, build, debug });
    await openControl(settings.controlPort, createAgentRoutes(agent), options, closers);
    const families = (runs: readonly Snapshot[]): readonly Family[] =>
      runs.some(({ runId }) => runId === newest?.runId) ? (newest?.families() ?? []) : [];
    const shown = { runs: () => records.snapshots(), families };
    exporters = await openExporters(settings, shown, surface, options, closers);
    for (const { where, reach = '' } of exporters) log.info(`metrics: ${where}${reach}`);
    return {
      agent,
      close: async (withinMs) => {
        const noted = annotator?.finish() ?? Promise.resolve();
        const delivering = Promise.all(exporters.map((exporter) => exporter.stop(withinMs)));
        // An exporter bounds itself; nothing depends on that.
        const isDelivered = await settlesWithin(clock, withinMs + CLOSE_GRACE_MS, delivering);
        await settlesWithin(clock, withinMs, noted);
        await closeAll(closers);
        return isDelivered ? delivering : [];
      },
    };
  });
}
