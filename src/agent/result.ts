import { messageOf } from '../shared/errors.ts';
import { redactUrl } from '../shared/redact.ts';
import type { ScheduleEnd } from '../engine/schedule.ts';
import { readMachine } from '../metrics/machine.ts';
import type { Build } from '../metrics/agent-families.ts';
import { concludeRun } from './conclude-run.ts';
import { type Plan, type RequestJobPlan, sendsRequests, shareOfType, typesOf } from '../plan/plan.ts';
import { jobKey } from '../recorder/snapshot.ts';
import { type ReportLink, linkDashboard } from '../reports/phrases/dashboard-link.ts';
import type { RunEnd, RunResult, PartialRunResult } from '../reports/report.ts';
import { noopValidity } from '../validity/finding.ts';

/** Observations of a run, beside its plan and schedule. */
export type RunObservations = Pick<
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

/** End of a run: that of its schedule, unless a threshold or a gate stopped it. */
export interface RunEnding extends Omit<ScheduleEnd, 'end'> {
  readonly end: RunEnd;
}

/** Progress of a run. */
interface Progress extends Omit<RunEnding, 'end'> {
  readonly end: PartialRunResult['end'];
}

/** Makes results of one run, while it goes on and at its end. */
export class ResultBuilder {
  readonly #plan: Plan;
  /** Fields that do not change during the run. */
  readonly #constant: Omit<
    PartialRunResult,
    keyof RunObservations | 'end' | 'verdict' | 'exitStatus' | 'partial' | 'reason' | 'planned' | 'links'
  >;

  constructor(plan: Plan, { version, commit }: Build) {
    const jobs = plan.jobs.filter(sendsRequests);
    this.#plan = plan;
    this.#constant = {
      connections: Object.fromEntries(jobs.map(({ uuid, connections }) => [uuid, connections])),
      paces: Object.fromEntries(jobs.flatMap(constantPace)),
      target: redactUrl(plan.target.url),
      threads: plan.threads,
      seed: plan.seed,
      isSeedGiven: plan.isSeedGiven,
      existing: Object.fromEntries(
        jobs.flatMap(({ uuid, existing }) => (existing === undefined ? [] : [[uuid, existing]])),
      ),
      versions: {
        'loadbot-agent': version,
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        ...(commit === '' ? {} : { commit }),
      },
      workloadAsRun: plan.asRun,
      machine: readMachine(),
    };
  }

  /** The final result. @param partial whether the run was killed */
  result(ended: RunEnding, seen: RunObservations, partial: boolean): RunResult {
    const { end, error } = ended;
    return { ...this.state(ended, seen), ...concludeRun({ ...seen, end, error }, this.#plan), end, partial };
  }

  /** The result so far. */
  state({ end, error, planned }: Progress, seen: RunObservations): PartialRunResult {
    const reason = error === undefined ? undefined : messageOf(error);
    return { ...seen, ...this.#constant, end, reason, planned, partial: true, links: linksOf(this.#plan, seen) };
  }

  /** Observations of a run without load. @param epochMs milliseconds since the epoch */
  unopened(epochMs: number): RunObservations {
    const { agent, runId, workload } = this.#plan;
    return {
      startedEpochMs: epochMs,
      endedEpochMs: epochMs,
      final: { epochMs, agent, runId, workload, endedMs: undefined, jobs: [] },
      failures: [],
      floor: undefined,
      deliveries: [],
      sources: [],
      phases: [],
      waits: [],
      thresholds: [],
      validity: noopValidity,
      courses: {},
    };
  }
}

function linksOf(
  { grafana, agent, runId, jobs }: Plan,
  { startedEpochMs, endedEpochMs }: RunObservations,
): readonly ReportLink[] {
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
