import { LoadbotError } from '../core/errors.ts';
import { redactUrl } from '../core/redact.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { jobDocument } from '../reports/job-document.ts';
import type { RunHandle } from './run-handle.ts';

const KIND = 'loadbot_status';
const SCHEMA_VERSION = 1;

/** The status of a run as the control API tells it. Times in seconds; `null` for what there is not, or has no limit. */
export type StatusDocument = ReturnType<typeof toStatusDocument>;

/** What a run is doing. A new field keeps `schema_version`; a changed or missing one raises it. */
export function toStatusDocument(plan: Plan, snapshot: Snapshot, { state, startedEpochMs }: RunHandle) {
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
