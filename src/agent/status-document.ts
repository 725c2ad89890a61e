import { LoadbotError } from '../core/errors.ts';
import { redactUrl } from '../core/redact.ts';
import type { Plan } from '../plan/plan.ts';
import { errorsOf, requestsOf, type Snapshot, type Tally } from '../recorder/snapshot.ts';
import { jobDocument } from '../reports/job-document.ts';
import type { RunResult } from '../reports/report.ts';
import type { RunHandle } from './run-handle.ts';

const KIND = 'loadbot_status';
const SCHEMA_VERSION = 1;

/** The status of an agent as its control API tells it. Times in seconds; `null` for what there is not, or has no limit. */
export type StatusDocument = RunStatus | IdleStatus;

/** While a run goes on. */
export type RunStatus = ReturnType<typeof toStatusDocument>;

/** Between two runs of an agent that lives on. */
type IdleStatus = ReturnType<typeof toIdleStatus>;

/** What a run is doing. A new field keeps `schema_version`; a changed or missing one raises it. */
export function toStatusDocument(
  plan: Plan,
  snapshot: Snapshot,
  { state, startedEpochMs }: RunHandle,
  last?: RunResult,
) {
  return {
    kind: KIND,
    schema_version: SCHEMA_VERSION,
    run_id: plan.runId,
    workload: plan.workload,
    agent: plan.agent,
    target: redactUrl(plan.target.url),
    state,
    started_at: startedEpochMs === undefined ? null : new Date(startedEpochMs).toISOString(),
    elapsed_seconds: startedEpochMs === undefined ? 0 : (snapshot.epochMs - startedEpochMs) / 1000,
    jobs: snapshot.jobs.map(jobDocument),
    last_run: toLastRun(last),
  };
}

/** That nothing runs. */
export function toIdleStatus(agent: string, last: RunResult | undefined) {
  return {
    kind: KIND,
    schema_version: SCHEMA_VERSION,
    run_id: null,
    workload: null,
    agent,
    target: null,
    state: 'idle' as const,
    started_at: null,
    elapsed_seconds: 0,
    jobs: [] as const,
    last_run: toLastRun(last),
  };
}

function toLastRun(last: RunResult | undefined) {
  if (last === undefined) return null;
  const { final, end, reason, endedEpochMs } = last;
  const count = (countOf: (tally: Tally) => number): number =>
    final.jobs.reduce((total, { measured }) => total + countOf(measured), 0);
  return {
    run_id: final.runId,
    workload: final.workload,
    end,
    reason: reason ?? null,
    ended_at: new Date(endedEpochMs).toISOString(),
    requests: count(requestsOf),
    errors: count(errorsOf),
  };
}

/**
 * What an agent has answered, as its status; `undefined` when it is none.
 * @throws {LoadbotError} `agent_unreachable` when it is of a version that this program does not know
 */
export function readStatusDocument(value: unknown): StatusDocument | undefined {
  const { kind, schema_version: version } = Object(value) as Record<string, unknown>;
  if (kind !== KIND) return undefined;
  if (version !== SCHEMA_VERSION) {
    const message = `the agent's status has schema_version ${String(version)}, not ${SCHEMA_VERSION}`;
    const hint = 'ask it with the version of loadbot-agent that runs there';
    throw new LoadbotError('agent_unreachable', message, { hint });
  }
  return value as StatusDocument;
}
