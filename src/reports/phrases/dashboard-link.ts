import type { GrafanaTarget } from '../../plan/grafana.ts';

/** Link to another view of the run. */
export interface ReportLink {
  readonly title: string;
  readonly url: string;
}

/** Keeps links to web pages only: a result file may contain any URL. */
export function webLinks(links: readonly ReportLink[]): readonly ReportLink[] {
  return links.filter(({ url }) => /^https?:\/\//i.test(url));
}

/** Run that a dashboard shows. */
interface DashboardScope {
  readonly agent: string;
  readonly runId: string;
  /** Names of the run's jobs. */
  readonly jobs: readonly string[];
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
}

/** Milliseconds added after the end, so that the last scrape is included in the counts. */
const FINAL_SCRAPE_MS = 15_000;
/** Maximum number of jobs in the URL; longer URLs break in some browsers and chats. */
const MAX_JOBS = 20;
/** Grafana's value for "all values of a variable". */
const ALL = '$__all';

/**
 * Builds the link to a Grafana dashboard at the time of a run, with its variables set to the run, its agent and its
 * jobs. https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/create-dashboard-url-variables/
 */
export function linkDashboard({ url, orgId, dashboardUid, dropped }: GrafanaTarget, shown: DashboardScope): ReportLink {
  const jobs = [...new Set(shown.jobs)];
  const isListed = !dropped.includes('job') && jobs.length > 0 && jobs.length <= MAX_JOBS;
  const query = new URLSearchParams(orgId === undefined ? [] : [['orgId', orgId]]);
  const parameters: readonly (readonly [name: string, value: string])[] = [
    ['from', String(Math.floor(shown.startedEpochMs))],
    ['to', String(Math.ceil(shown.endedEpochMs) + FINAL_SCRAPE_MS)],
    ['var-agent', shown.agent],
    ['var-run', dropped.includes('run_id') ? ALL : shown.runId],
    ...(isListed ? jobs : [ALL]).map((job) => ['var-job', job] as const),
  ];
  for (const [name, value] of parameters) query.append(name, value);
  // Grafana replaces the last path segment by the dashboard's own slug.
  return {
    title: 'Grafana dashboard',
    url: `${url}/d/${dashboardUid}/loadbot-agent?${query.toString().replaceAll('+', '%20')}`,
  };
}
