import { messageOf, LoadbotError } from '../shared/errors.ts';
import { redactUrl } from '../shared/redact.ts';
import { constantRateOf } from '../engine/steered-jobs.ts';
import type { ScheduleEnd } from '../engine/schedule.ts';
import type { AbortCause } from './opened-run.ts';
import { readMachine } from '../metrics/machine.ts';
import type { Build } from '../metrics/agent-families.ts';
import { partsOf, shareOfPart } from '../plan/job-part.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { iterationParts, requestParts } from '../shared/job-parts.ts';
import { jobKey, errorsOf, type JobSnapshot, requestsOf, type Tally } from '../recorder/snapshot.ts';
import { type ReportLink, linkDashboard } from '../reports/phrases/dashboard-link.ts';
import type { Reporter, RunEnd, RunResult, PartialRunResult, RunOutcomeKind } from '../reports/report.ts';
import { noopValidity } from '../validity/finding.ts';
import { EXIT, exitCodeOf } from '../shared/exit-status.ts';
import type { Log, LogFields } from '../shared/log.ts';

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
  | 'agents'
  | 'changes'
>;

/** End of a run: that of its schedule, unless it was aborted. */
export interface RunEnding extends Omit<ScheduleEnd, 'end'> {
  readonly end: RunEnd;
  /** Only of an aborted run. */
  readonly abortCause?: AbortCause;
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
    const { end, error, abortCause } = ended;
    const concluded = concludeRun({ ...seen, end, error, abortCause }, this.#plan);
    return { ...this.state(ended, seen), ...concluded, end, partial };
  }

  /** The result so far. */
  state({ end, error, planned }: Progress, seen: RunObservations): PartialRunResult {
    const reason = error === undefined ? undefined : messageOf(error);
    const paces = unsteeredPaces(this.#plan, this.#constant.paces, seen);
    return { ...seen, ...this.#constant, paces, end, reason, planned, partial: true, links: linksOf(this.#plan, seen) };
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
      agents: [],
      changes: [],
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
  const { uuid } = job;
  const rate = constantRateOf(job);
  if (rate === undefined) return [];
  return partsOf(job).flatMap((part) => {
    const share = shareOfPart(job, part);
    return share === undefined ? [] : [[jobKey({ uuid, ...part }), rate * share] as const];
  });
}

/** The constant paces without those that were changed. */
function unsteeredPaces(plan: Plan, paces: RunResult['paces'], { changes }: RunObservations): RunResult['paces'] {
  const steered = new Set(changes.flatMap(({ kind, job }) => (kind === 'pace' ? [job] : [])));
  if (steered.size === 0) return paces;
  const uuids = plan.jobs.filter(sendsRequests).flatMap(({ name, uuid }) => (steered.has(name) ? [uuid] : []));
  return Object.fromEntries(Object.entries(paces).filter(([key]) => !uuids.some((uuid) => key.startsWith(uuid))));
}

/** Facts that decide the conclusion of a run. */
interface Concluded extends Pick<RunResult, 'end' | 'validity' | 'thresholds' | 'deliveries'> {
  /** Why it failed. */
  readonly error: unknown;
  readonly abortCause: AbortCause | undefined;
}

/** Conclusion of a run and its exit status. */
function concludeRun(
  run: Concluded,
  { allowInvalid, metrics }: Pick<Plan, 'allowInvalid' | 'metrics'>,
): Pick<RunResult, 'verdict' | 'exitStatus'> {
  const verdict = verdictOf(run, allowInvalid, metrics.requireDelivery);
  const { error } = run;
  const status = verdict === 'failed' && error instanceof LoadbotError ? exitCodeOf(error.code) : STATUS[verdict];
  return { verdict, exitStatus: status };
}

const STATUS: Readonly<Record<RunOutcomeKind, number>> = {
  passed: EXIT.ok,
  invalid: EXIT.notTrustworthy,
  thresholds_failed: EXIT.thresholdFailed,
  aborted: EXIT.thresholdFailed,
  undelivered: EXIT.undelivered,
  stopped: EXIT.stoppedBySignal,
  failed: EXIT.internal,
};

function verdictOf(
  { end, abortCause, validity, thresholds, deliveries }: Concluded,
  allowInvalid: boolean,
  requireDelivery: boolean,
): RunOutcomeKind {
  if (end === 'failed' || end === 'stopped') return end;
  // Untrustworthy numbers neither pass nor fail a threshold.
  if (!validity.valid && !allowInvalid) return 'invalid';
  // Nor does the system under test fail when the load does.
  if (abortCause === 'lost_load') return 'invalid';
  if (end === 'aborted') return 'aborted';
  if (thresholds.some(({ ok }) => !ok)) return 'thresholds_failed';
  const isLacking = deliveries.some(({ undeliveredSamples }) => undeliveredSamples > 0);
  return requireDelivery && isLacking ? 'undelivered' : 'passed';
}

/** Logs one record `run ended` per run. */
export function endReport(log: Log): Reporter {
  return { end: (result) => log.info('run ended', endRecord(result)) };
}

/** Fields of the record: the whole conclusion of a run. */
function endRecord(result: RunResult): LogFields {
  const { final, end, reason, verdict, exitStatus, validity, thresholds, deliveries } = result;
  const total = (countOf: (tally: Tally) => number): number =>
    requestParts(final.jobs).reduce((sum, { measured }) => sum + countOf(measured), 0);
  const failed = thresholds.filter(({ ok }) => !ok);
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  return {
    run_id: final.runId,
    workload: final.workload,
    verdict,
    exit_status: exitStatus,
    end,
    reason,
    valid: validity.valid,
    invalid_signals: listOf(invalid.map(({ signal }) => signal)),
    thresholds: thresholds.length,
    thresholds_failed: failed.length,
    failed_thresholds: listOf(failed.map(({ job, text }) => (job === '' ? text : `${job}: ${text}`))),
    elapsed_seconds: (result.endedEpochMs - result.startedEpochMs) / 1000,
    requests: total(requestsOf),
    ok: total(({ ok }) => ok),
    misses: total(({ miss }) => miss),
    errors: total(errorsOf),
    aborted: total(({ aborted }) => aborted),
    skipped: total(({ skipped }) => skipped),
    ...iterationFields(iterationParts(final.jobs)),
    undelivered_samples: deliveries.reduce((sum, { undeliveredSamples }) => sum + undeliveredSamples, 0),
  };
}

/** Totals of the iterations of scenarios; empty without a scenario. */
function iterationFields(parts: readonly JobSnapshot[]): LogFields {
  if (parts.length === 0) return {};
  const total = (countOf: (tally: Tally) => number): number =>
    parts.reduce((sum, { measured }) => sum + countOf(measured), 0);
  return {
    iterations: total(requestsOf),
    iterations_failed: total(errorsOf),
    iterations_aborted: total(({ aborted }) => aborted),
    iterations_skipped: total(({ skipped }) => skipped),
  };
}

function listOf(items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : [...new Set(items)].join(', ');
}
