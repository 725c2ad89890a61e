import { type Plan, sendsRequests } from '../../plan/plan.ts';
import type { RunRecord } from '../../recorder/run-record.ts';
import { redactUrl } from '../../shared/redact.ts';
import type { KeptRun } from '../wire/messages/kept-run.ts';
import type { FleetMember } from './fleet-member.ts';

/** Describes a run for `collect`. @param startMs of the coordinator's clock */
export function keptRunOf(plan: Plan, record: RunRecord, members: readonly FleetMember[], startMs: number): KeptRun {
  const { agent, runId, workload, bucketBounds, phases = [], jobs } = record.description;
  const connectionsOf = (index: number): number => {
    const job = plan.jobs[index];
    return job !== undefined && sendsRequests(job) ? job.connections : 0;
  };
  return {
    run: runId,
    agent,
    workload,
    target: redactUrl(plan.target.url),
    originEpochMs: record.originEpochMs,
    startMs,
    seed: plan.seed,
    bucketBounds,
    phases,
    jobs: [...jobs].map(([index, parts]) => ({
      index,
      connections: connectionsOf(index),
      parts: parts.map(({ name, uuid, type, step = '', paced, durationMs, operations, warmUpMs, ...part }) => {
        const { traced = false, expectedStatuses = null, checks = [], metrics = [] } = part;
        const limits = { durationMs, operations, warmUpMs };
        return { name, uuid, type, step, paced, ...limits, traced, expectedStatuses, checks, metrics };
      }),
    })),
    agents: members.map(({ hello: { name, host, version }, ranks }) => ({ name, host, version, ranks })),
    asRun: JSON.stringify(plan.asRun),
  };
}
