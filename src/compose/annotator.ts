import type { RunNotes } from '../agent/opened-run.ts';
import { EpochClock } from '../shared/clock.ts';
import type { GrafanaTarget } from '../plan/grafana.ts';
import { describeChange } from '../shared/load-change.ts';
import { redactUrl } from '../shared/redact.ts';
import { describeOutcome } from '../reports/phrases/outcome.ts';
import type { ComposeOptions } from './parts.ts';
import type { WatchedRun } from './watch-run.ts';

/** Timeout for pending annotations at the end of a run or an agent. */
const FINISH_WITHIN_MS = 5_000;

/** Writes annotations until it is finished. */
interface Annotator {
  /** Annotates one run, starting with its active phases. Called before its sources are scraped. */
  follow(watched: Pick<WatchedRun, 'plan' | 'observation' | 'steering'>): RunNotes;
  /** Writes pending annotations within five seconds. Never rejects. */
  finish(): Promise<void>;
}

/**
 * Opens the annotator; `undefined` if annotations are disabled.
 * @param isForOneRun whether the end of a run waits for its pending annotations
 */
export async function openAnnotations(
  grafana: GrafanaTarget | undefined,
  { clock, log }: ComposeOptions,
  isForOneRun: boolean,
): Promise<Annotator | undefined> {
  const target = grafana?.annotations;
  if (target === undefined) return undefined;
  // Loaded now, because loading it later would disturb the load.
  const { createWriteAnnotation } = await import('../exporters/grafana/annotation-api.ts');
  const { AnnotationWriter } = await import('../exporters/grafana/annotation-writer.ts');
  const { RunAnnotations } = await import('../exporters/grafana/run-annotations.ts');
  const { loadHttpClient } = await import('../exporters/push/send.ts');
  await loadHttpClient();
  const where = redactUrl(target.url);
  const write = createWriteAnnotation(target);
  const writer = new AnnotationWriter({ write, clock, where, warn: (message) => log.warn(message) });
  const finish = (): Promise<void> => writer.finish(FINISH_WITHIN_MS);
  return {
    follow: ({ plan, observation, steering }) => {
      const {
        workload,
        agent,
        runId,
        target: { url },
      } = plan;
      const { tags } = target;
      const notes = new RunAnnotations({ workload, agent, runId, target: redactUrl(url), tags }, writer);
      const epochClock = new EpochClock(clock);
      steering.follow((change) => notes.change(describeChange(change), change.epochMs));
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
