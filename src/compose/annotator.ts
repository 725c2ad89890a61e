import type { RunNotes } from '../agent/run-notes.ts';
import { EpochClock } from '../shared/clock.ts';
import type { AnnotationTarget } from '../plan/grafana.ts';
import { redactUrl } from '../shared/redact.ts';
import { createWriteAnnotation } from '../exporters/grafana/annotation-api.ts';
import { AnnotationWriter } from '../exporters/grafana/annotation-writer.ts';
import { RunAnnotations } from '../exporters/grafana/run-annotations.ts';
import { loadHttpClient } from '../exporters/push/send.ts';
import type { Plan } from '../plan/plan.ts';
import { describeOutcome } from '../reports/phrases/outcome.ts';
import type { ComposeOptions } from './compose-options.ts';
import type { SystemObservation } from './observe.ts';

/** Timeout for pending annotations at the end of a run or an agent. */
const FINISH_WITHIN_MS = 5_000;

/** Writes annotations until it is finished. */
export interface Annotator {
  /** Annotates one run, starting with its active phases. Called before its sources are scraped. */
  follow(plan: Plan, observation: SystemObservation): RunNotes;
  /** Writes pending annotations within five seconds. Never rejects. */
  finish(): Promise<void>;
}

/** @param isForOneRun whether the end of a run waits for its pending annotations */
export async function createAnnotator(
  target: AnnotationTarget,
  { clock, log }: ComposeOptions,
  isForOneRun: boolean,
): Promise<Annotator> {
  // Loaded now, because loading it later would disturb the load.
  await loadHttpClient();
  const where = redactUrl(target.url);
  const write = createWriteAnnotation(target);
  const writer = new AnnotationWriter({ write, clock, where, warn: (message) => log.warn(message) });
  const finish = (): Promise<void> => writer.finish(FINISH_WITHIN_MS);
  return {
    follow: ({ workload, agent, runId, target: { url } }, observation) => {
      const { tags } = target;
      const notes = new RunAnnotations({ workload, agent, runId, target: redactUrl(url), tags }, writer);
      const epochClock = new EpochClock(clock);
      observation.follow((name, isInForce, atMs) => notes.phase(name, isInForce, epochClock.at(atMs)));
      return {
        begin: (startedEpochMs) => notes.begin(startedEpochMs),
        update: (now) => notes.update(now),
        end: async (result) => {
          notes.end(result.final, result.endedEpochMs, describeOutcome(result));
          if (isForOneRun) await finish();
        },
      };
    },
    finish,
  };
}
