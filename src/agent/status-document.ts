import { LoadbotError } from '../shared/errors.ts';
import { requestParts } from '../shared/job-parts.ts';
import { redactUrl } from '../shared/redact.ts';
import { errorsOf, requestsOf, type Tally } from '../recorder/snapshot.ts';
import { agentDocument } from '../reports/document/agent-document.ts';
import { changeDocument } from '../reports/document/change-document.ts';
import { jobDocument } from '../reports/document/job-document.ts';
import type { RunResult } from '../reports/report.ts';
import { runningValidityDocument } from '../validity/finding.ts';
import { failureDocument } from '../reports/document/result-document.ts';
import { thresholdDocument } from '../reports/document/threshold-document.ts';
import type { OpenedRun, RunHandle } from './opened-run.ts';

const KIND = 'loadbot_status';
const SCHEMA_VERSION = 1;

/** Status of an agent in its control API. Times in seconds; `null`: absent or unlimited. */
export type StatusDocument = RunStatus | IdleStatus;

/** While a run goes on. */
export type RunStatus = ReturnType<typeof toStatusDocument>;

/** Between two runs of a long-running agent. */
type IdleStatus = ReturnType<typeof toIdleStatus>;

/** Status during a run. A new field keeps `schema_version`; a changed or missing one raises it. */
export function toStatusDocument(
  opened: Pick<OpenedRun, 'plan' | 'snapshot' | 'thresholds' | 'waits' | 'agents' | 'failures'> & {
    readonly steering: Pick<OpenedRun['steering'], 'isPaused' | 'changes'>;
  },
  { state, startedEpochMs, validity }: RunHandle,
  last?: RunResult,
) {
  const { plan, thresholds, waits, agents, failures, steering } = opened;
  const snapshot = opened.snapshot();
  return {
    kind: KIND,
    schema_version: SCHEMA_VERSION,
    run_id: plan.runId,
    workload: plan.workload,
    agent: plan.agent,
    target: redactUrl(plan.target.url),
    state: state === 'running' && steering.isPaused ? ('paused' as const) : state,
    started_at: startedEpochMs === undefined ? null : new Date(startedEpochMs).toISOString(),
    elapsed_seconds: startedEpochMs === undefined ? 0 : (snapshot.epochMs - startedEpochMs) / 1000,
    /** Agents of the fleet that send the load; empty: this process sends it. */
    agents: agents().map((agent) => agentDocument(agent, startedEpochMs ?? snapshot.epochMs)),
    jobs: snapshot.jobs.map(jobDocument),
    /** Changes of the load while it runs. */
    changes: steering.changes.map((change) => changeDocument(change, startedEpochMs ?? snapshot.epochMs)),
    failures: failures.map(failureDocument),
    /** As of the last second; `decided`: whether there is enough data. Thresholds that a server decides are absent. */
    thresholds: thresholds.standings.map(({ verdict, decided }) =>
      Object.assign(thresholdDocument(verdict), { decided }),
    ),
    waits: waits(),
    validity: runningValidityDocument(validity),
    /** The conclusion is known at the end of the run. */
    verdict: null,
    exit_status: null,
    last_run: last === undefined ? null : lastRunDocument(last),
  };
}

/** Status while idle. */
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
    agents: [] as const,
    jobs: [] as const,
    changes: [] as const,
    failures: [] as const,
    thresholds: [] as const,
    waits: [] as RunResult['waits'],
    validity: null,
    /** Conclusion of the last run. */
    verdict: last?.verdict ?? null,
    exit_status: last?.exitStatus ?? null,
    last_run: last === undefined ? null : lastRunDocument(last),
  };
}

/** How a run ended. */
export function lastRunDocument(last: RunResult) {
  const { final, end, reason, endedEpochMs, validity, verdict, exitStatus, thresholds } = last;
  const count = (countOf: (tally: Tally) => number): number =>
    requestParts(final.jobs).reduce((total, { measured }) => total + countOf(measured), 0);
  return {
    run_id: final.runId,
    workload: final.workload,
    end,
    reason: reason ?? null,
    ended_at: new Date(endedEpochMs).toISOString(),
    verdict,
    exit_status: exitStatus,
    valid: validity.valid,
    thresholds: thresholds.length,
    thresholds_failed: thresholds.filter(({ ok }) => !ok).length,
    requests: count(requestsOf),
    errors: count(errorsOf),
  };
}

/**
 * Parses an agent's answer as a status; `undefined` when it is not one.
 * @throws {LoadbotError} `agent_unreachable` for an unknown version
 */
export function readStatusDocument(value: unknown): StatusDocument | undefined {
  const { kind, schema_version: version } = Object(value) as Record<string, unknown>;
  if (kind !== KIND) return undefined;
  if (version !== SCHEMA_VERSION) {
    const message = `the agent's status has schema_version ${String(version)}, not ${SCHEMA_VERSION}`;
    const hint = 'ask it with the version of loadbot-agent that runs there';
    throw new LoadbotError('agent_unreachable', message, { hint });
  }
  // Fields that older agents lack.
  return Object.assign({ agents: [], changes: [], failures: [], thresholds: [], waits: [] }, value as StatusDocument);
}
