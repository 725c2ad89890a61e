import { createRoutes } from '../agent/control-routes.ts';
import type { RunHandle } from '../agent/run-handle.ts';
import type { OpenedRun } from '../agent/run.ts';
import { type StatusDocument, toStatusDocument } from '../agent/status-document.ts';
import type { Log } from '../core/log.ts';
import { readOpenFiles, requireOpenFiles } from '../engine/open-files.ts';
import type { Family } from '../metrics/family.ts';
import type { Plan } from '../plan/plan.ts';
import { thresholdFamilies } from '../verdicts/threshold-families.ts';
import { ThresholdWatch } from '../verdicts/threshold-watch.ts';
import { openOrClose } from './closers.ts';
import type { ComposeOptions } from './compose-options.ts';
import { observe } from './observe.ts';
import { openAnnotations } from './open-annotations.ts';
import { openControl } from './open-control.ts';
import { openExporters, surfaceOf } from './open-exporters.ts';
import { openLoad, openTarget, recordOf } from './open-load.ts';
import { watchGenerator } from './watch-generator.ts';

/**
 * Puts together what a plan needs to run: target, record, control API, exporters, load threads.
 * @param run what the control API shows and stops
 * @throws {LoadbotError} when a part cannot be had; the parts opened before it have been closed again
 */
export async function openRun(planned: Plan, run: RunHandle, options: ComposeOptions): Promise<OpenedRun> {
  requireOpenFiles(planned, readOpenFiles());
  return openOrClose(async (closers) => {
    const plan = { ...planned, target: await openTarget(planned, closers) };
    const observation = observe(plan, (reason) => run.abort(reason), options, closers);
    const record = recordOf(plan, observation.names, options.clock);
    const watch = watchGenerator(plan.threads, options.clock);
    const stop = (): void => stopOnRequest(run, options.log);
    const thresholds = new ThresholdWatch(plan.thresholds, observation.gates.measure);
    const status = (): StatusDocument =>
      toStatusDocument({ plan, thresholds, waits: observation.gates.waits, snapshot: () => record.snapshot() }, run);
    await openControl(plan.controlPort, createRoutes({ status, stop, debug: options.debug }), options, closers);
    const surface = surfaceOf(plan, options);
    const families = (): readonly Family[] => [
      ...thresholdFamilies(thresholds.standings),
      ...watch.families(),
      ...observation.families(),
    ];
    const shown = { runs: () => [record.snapshot('counts')], families };
    const annotator = await openAnnotations(plan.grafana, options, true);
    const notes = annotator?.follow(plan, observation);
    await observation.start();
    const exporters = await openExporters(plan, shown, surface, options, closers);
    return {
      ...openLoad(plan, record, observation, surface, options.clock, closers, watch),
      thresholds,
      waits: observation.gates.waits,
      notes,
      observed: observation.conclude,
      where: exporters.map(({ where }) => where),
      deliver: () => Promise.all(exporters.map((exporter) => exporter.stop())),
    };
  });
}

function stopOnRequest(run: RunHandle, log: Log): void {
  if (run.state === 'running') log.info('control: asked to stop, letting requests under way finish');
  run.stop();
}
