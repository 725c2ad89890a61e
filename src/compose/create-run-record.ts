import type { Clock } from '../shared/clock.ts';
import { createTargetRate } from '../engine/target-rate.ts';
import { usesHttp } from '../driver-catalog.ts';
import { expectedStatusesOf, type Plan, sendsRequests, typesOf } from '../plan/plan.ts';
import { RunRecord } from '../recorder/run-record.ts';

/** Creates the record of a run. */
export function createRunRecord(plan: Plan, phases: readonly string[], clock: Clock): RunRecord {
  const jobs = plan.jobs.filter(sendsRequests).map((job) => {
    const { name, uuid, durationMs, operations, warmUpMs } = job;
    const paced = job.pacing.kind === 'paced';
    const traced = job.trace;
    const parts = typesOf(job).map((type) => {
      const targetRate = createTargetRate(job, type);
      const expectedStatuses = usesHttp(plan.target) ? expectedStatusesOf(job, type) : undefined;
      return { name, uuid, type, paced, traced, expectedStatuses, targetRate, durationMs, operations, warmUpMs };
    });
    return [job.index, parts] as const;
  });
  const { agent, runId, workload } = plan;
  const { bucketBounds } = plan.metrics;
  return new RunRecord({ agent, runId, workload, jobs: new Map(jobs), bucketBounds, phases }, clock);
}
