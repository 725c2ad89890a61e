import type { Mix } from '../data/mix.ts';
import { usesHttp } from '../driver-catalog.ts';
import { checkNamesOf, isOfPart, isPacedPart, metricsOfPart, partsOf } from '../plan/job-part.ts';
import type { Plan, RequestJobPlan } from '../plan/plan.ts';
import { countsIterations } from '../shared/job-type.ts';
import { Recorder } from '../recorder/recorder.ts';
import type { JobMemory } from '../recorder/job-record.ts';
import { tallyLayout } from '../recorder/tally.ts';
import { streamKey } from '../shared/random.ts';
import { MeasurementWindow } from './measurement-window.ts';
import type { ThreadPartition } from './thread-partition.ts';
import { RecordedTickets } from './recorded-tickets.ts';
import { Tickets } from './tickets.ts';

interface WindowOptions {
  readonly plan: Plan;
  readonly job: RequestJobPlan;
  /** One for each part of the job. */
  readonly memories: readonly JobMemory[];
  readonly mix: Mix;
  readonly share: ThreadPartition;
  readonly startMs: number;
}

/** Windows of a job on one thread, and the recorders of its requests. */
export interface Windows {
  /** In chronological order. */
  readonly windows: readonly MeasurementWindow[];
  /** For a scenario: recorders of the steps by operation, of the window whose iterations a recorder counts. */
  readonly stepRecorders: ReadonlyMap<Recorder, readonly Recorder[]>;
}

/** Creates the warm-up, if there is one, and the measured window. */
export function createWindows(options: WindowOptions): Windows {
  const { plan, job, memories, mix, share, startMs } = options;
  const arrivals = streamKey(plan.seed, 'arrivals', job.index);
  const measuredMs = startMs + job.warmUpMs;
  const warmUp =
    job.warmUpMs > 0
      ? recordersOf(
          options,
          memories.map(({ warmUp }) => warmUp),
          false,
        )
      : undefined;
  const measured = recordersOf(
    options,
    memories.map(({ measured }) => measured),
    true,
  );
  const windows: MeasurementWindow[] = [];
  if (warmUp !== undefined) {
    windows.push(
      new MeasurementWindow({
        recorders: warmUp.tickets,
        mix,
        share,
        tickets: warmUpTickets(job, share, arrivals),
        startMs,
        endMs: measuredMs,
        operations: Infinity,
      }),
    );
  }
  windows.push(
    new MeasurementWindow({
      recorders: measured.tickets,
      mix,
      share,
      tickets: measuredTickets(job, share, arrivals),
      startMs: measuredMs,
      endMs: measuredMs + job.durationMs,
      operations: job.operations,
    }),
  );
  const ofSteps = [warmUp, measured].flatMap((window) =>
    window?.tickets[0] === undefined ? [] : [[window.tickets[0], window.operations] as const],
  );
  return { windows, stepRecorders: new Map(job.scenario === undefined ? [] : ofSteps) };
}

/** Recorders of one window. */
interface WindowRecorders {
  /** By operation that a ticket starts: for a scenario, that of its iterations alone. */
  readonly tickets: readonly Recorder[];
  /** By operation. */
  readonly operations: readonly Recorder[];
}

function recordersOf(
  { plan, job, memories }: WindowOptions,
  ofParts: readonly (SharedArrayBuffer | undefined)[],
  withPhases: boolean,
): WindowRecorders {
  const parts = partsOf(job);
  const recorders = parts.flatMap((part, index): Recorder[] => {
    const memory = ofParts[index];
    if (memory === undefined) return [];
    const layout = tallyLayout(
      plan.metrics.bucketBounds,
      isPacedPart(job, part),
      job.trace,
      usesHttp(plan.target) && !countsIterations(part),
      checkNamesOf(job, part),
      metricsOfPart(job, part),
    );
    const phases = withPhases ? (memories[index]?.phases ?? []) : [];
    return [
      new Recorder(
        memory,
        layout,
        phases.map((phase) => new Recorder(phase, layout)),
      ),
    ];
  });
  // one for each part
  const operations = job.mix.map((operation) => recorders[parts.findIndex((part) => isOfPart(operation, part))]!);
  return { tickets: job.scenario === undefined ? operations : recorders.slice(0, 1), operations };
}

/**
 * The schedule of a job; `undefined`: none, or a thread without workers.
 * @param arrivals random stream
 */
function measuredTickets(
  { pacing }: RequestJobPlan,
  share: ThreadPartition,
  arrivals: number,
): Tickets | RecordedTickets | undefined {
  if (pacing.kind === 'unlimited' || share.workers === 0) return undefined;
  return pacing.kind === 'recorded' ? new RecordedTickets(pacing, share) : new Tickets(pacing, share, arrivals);
}

/**
 * A warm-up runs at the initial rate of the schedule: the constant rate, or that of the first stage.
 * @param arrivals random stream
 */
function warmUpTickets({ pacing }: RequestJobPlan, share: ThreadPartition, arrivals: number): Tickets | undefined {
  // The workload refuses a warm-up of recorded times, whose requests it would take.
  if (pacing.kind !== 'paced' || share.workers === 0) return undefined;
  const rate = pacing.segments[0]?.toRate ?? 0;
  return new Tickets({ ...pacing, segments: [{ durationMs: 0, fromRate: rate, toRate: rate }] }, share, arrivals);
}
