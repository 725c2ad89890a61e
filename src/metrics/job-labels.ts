import type { JobSnapshot } from '../recorder/snapshot.ts';
import type { Labels } from './family.ts';

/** The four labels that every series about a job's requests carries. */
export function jobLabels(job: JobSnapshot, agent: string): Labels {
  return { job: job.name, job_uuid: job.uuid, job_type: job.type, agent };
}
