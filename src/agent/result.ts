import { messageOf } from '../core/errors.ts';
import { redactUrl } from '../core/redact.ts';
import type { ScheduleEnd } from '../engine/schedule.ts';
import type { Build } from '../metrics/info-families.ts';
import { type OperationPlan, type Plan, type RequestJobPlan, sendsRequests, typesOf } from '../plan/plan.ts';
import { jobKey } from '../recorder/snapshot.ts';
import type { RunEnd, RunResult } from '../reports/report.ts';

/** What was seen of a run, beside what its plan and its schedule tell. */
type Seen = Pick<
  RunResult,
  | 'startedEpochMs'
  | 'endedEpochMs'
  | 'final'
  | 'failures'
  | 'deliveries'
  | 'sources'
  | 'phases'
  | 'thresholds'
  | 'courses'
>;

/** How a run ended: as its schedule did, unless a threshold stopped that. */
export interface Ending extends Omit<ScheduleEnd, 'end'> {
  readonly end: RunEnd;
}

/** Everything known once a run is over. */
export function resultOf(plan: Plan, { version, commit }: Build, ended: Ending, seen: Seen): RunResult {
  const jobs = plan.jobs.filter(sendsRequests);
  return {
    ...seen,
    end: ended.end,
    reason: ended.error === undefined ? undefined : messageOf(ended.error),
    planned: ended.planned,
    connections: Object.fromEntries(jobs.map(({ uuid, connections }) => [uuid, connections])),
    paces: Object.fromEntries(jobs.flatMap(constantPace)),
    target: redactUrl(plan.target.url),
    threads: plan.threads,
    seed: plan.seed,
    versions: {
      'loadbot-agent': version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      ...(commit === '' ? {} : { commit }),
    },
  };
}

/** The job's pace by its `jobKey`, if it is paced and the pace never changes; a mixed job's is shared out by weight. */
function constantPace(job: RequestJobPlan): (readonly [string, number])[] {
  const { uuid, pacing, mix } = job;
  const rates = pacing.kind === 'paced' ? pacing.segments.flatMap(({ fromRate, toRate }) => [fromRate, toRate]) : [];
  const [rate] = rates;
  if (rate === undefined || rates.some((one) => one !== rate)) return [];
  const weightOf = (operations: readonly OperationPlan[]): number =>
    operations.reduce((total, { weight }) => total + weight, 0);
  return typesOf(job).map((type) => {
    const share = weightOf(mix.filter((operation) => operation.type === type)) / weightOf(mix);
    return [jobKey({ uuid, type }), rate * share];
  });
}
