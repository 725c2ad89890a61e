import { metricsOf } from './k6.ts';
import type { ResultDocument } from '../document/result-document.ts';

/**
 * Renders the metrics that GitLab's load performance widget reads (`artifacts:reports:load_performance`):
 * https://docs.gitlab.com/ci/testing/load_performance_testing/
 */
export function renderGitlab(document: ResultDocument): string {
  const { http_reqs, http_req_waiting, checks } = metricsOf(document.jobs, document);
  return `${JSON.stringify({ metrics: { http_reqs, http_req_waiting, checks } }, null, 2)}\n`;
}
