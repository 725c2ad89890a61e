import { messageOf } from '../core/errors.ts';
import { redactUrl } from '../core/redact.ts';
import type { ScheduleEnd } from '../engine/schedule.ts';
import { readMachine } from '../metrics/machine.ts';
import type { Build } from '../metrics/info-families.ts';
import { type Plan, type RequestJobPlan, sendsRequests, shareOfType, typesOf } from '../plan/plan.ts';
import { jobKey } from '../recorder/snapshot.ts';
import { type Link, linkDashboard } from '../reports/dashboard-link.ts';
import type { RunEnd, RunResult } from '../reports/report.ts';

/** What was seen of a run, beside what its plan and its schedule tell. */
type Seen = Pick<
  RunResult,
  | 'startedEpochMs'
  | 'endedEpochMs'
  | 'final'
  | 'failures'
  | 'floor'
  | 'deliveries'
  | 'sources'
  | 'phases'
  | 'waits'
  | 'thresholds'
  | 'validity'
  | 'courses'
>;

/** How a run ended: as its schedule did, unless a threshold or a gate stopped that. */
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
    links: linksOf(plan, seen),
    workloadAsRun: plan.asRun,
    machine: readMachine(),
  };
}

function linksOf({ grafana, agent, runId, jobs }: Plan, { startedEpochMs, endedEpochMs }: Seen): readonly Link[] {
  if (grafana === undefined) return [];
  const names = jobs.filter(sendsRequests).map(({ name }) => name);
  return [linkDashboard(grafana, { agent, runId, jobs: names, startedEpochMs, endedEpochMs })];
}

/** The job's pace by its `jobKey`, if it is paced and the pace never changes; a mixed job's is shared out by weight. */
function constantPace(job: RequestJobPlan): (readonly [string, number])[] {
  const { uuid, pacing } = job;
  const rates = pacing.kind === 'paced' ? pacing.segments.flatMap(({ fromRate, toRate }) => [fromRate, toRate]) : [];
  const [rate] = rates;
  if (rate === undefined || rates.some((one) => one !== rate)) return [];
  return typesOf(job).map((type) => [jobKey({ uuid, type }), rate * shareOfType(job, type)]);
}
