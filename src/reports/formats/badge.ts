import { requestParts } from '../../shared/job-parts.ts';
import { formatMs } from '../../shared/units.ts';
import type { ResultDocument } from '../document/result-document.ts';
import { documentedPercentileMs } from '../phrases/percentiles.ts';

/** Words and colors of verdicts; a later version may have others. */
const VERDICTS: Readonly<Record<string, readonly [word: string, color: string]>> = {
  passed: ['passed', 'brightgreen'],
  thresholds_failed: ['failed', 'red'],
  aborted: ['aborted', 'red'],
  failed: ['failed', 'red'],
  invalid: ['invalid', 'orange'],
  undelivered: ['undelivered', 'orange'],
  stopped: ['stopped', 'yellow'],
};
const NO_VERDICT = ['partial', 'lightgrey'] as const;

/**
 * Renders a badge: the JSON of an endpoint of shields.io (https://shields.io/badges/endpoint-badge). A run with one job
 * has its p99, of the response time if it is paced, else of the service time.
 */
export function renderBadge(document: ResultDocument): string {
  const { workload, verdict } = document;
  const [word, color] = VERDICTS[verdict ?? ''] ?? NO_VERDICT;
  const message = [word, ...p99Of(document)].join(', ');
  return `${JSON.stringify({ schemaVersion: 1, label: workload, message, color })}\n`;
}

function p99Of({ jobs }: ResultDocument): string[] {
  const [job, ...others] = requestParts(jobs);
  if (job === undefined || others.length > 0) return [];
  const p99 = documentedPercentileMs(job.response_time ?? job.service_time, 99);
  return Number.isNaN(p99) ? [] : [`p99 ${formatMs(p99)}`];
}
