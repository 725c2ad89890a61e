import type { GrafanaTarget } from '../core/grafana.ts';

/** Somewhere else to look. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** Those that lead to web pages: a result file may say anything. */
export function webLinks(links: readonly Link[]): readonly Link[] {
  return links.filter(({ url }) => /^https?:\/\//i.test(url));
}

/** What a dashboard is to show. */
interface Shown {
  readonly agent: string;
  readonly runId: string;
  /** Names of its jobs. */
  readonly jobs: readonly string[];
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
}

/** Scrapers come for the last values after the end; without them the dashboard would count too little. */
const AFTERWARDS_MS = 15_000;
/** A URL of more jobs than this would be too long for some browsers and chats. */
const MAX_JOBS = 20;
/** Grafana's name for every value of a variable. */
const ALL = '$__all';

/**
 * The dashboard at the time of a run, its variables set to that run, its agent and its jobs.
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/create-dashboard-url-variables/
 */
export function linkDashboard({ url, orgId, dashboardUid, dropped }: GrafanaTarget, shown: Shown): Link {
  const jobs = [...new Set(shown.jobs)];
  const isListed = !dropped.includes('job') && jobs.length > 0 && jobs.length <= MAX_JOBS;
  const query = new URLSearchParams(orgId === undefined ? [] : [['orgId', orgId]]);
  const parameters: readonly (readonly [name: string, value: string])[] = [
    ['from', String(Math.floor(shown.startedEpochMs))],
    ['to', String(Math.ceil(shown.endedEpochMs) + AFTERWARDS_MS)],
    ['var-agent', shown.agent],
    ['var-run', dropped.includes('run_id') ? ALL : shown.runId],
    ...(isListed ? jobs : [ALL]).map((job) => ['var-job', job] as const),
  ];
  for (const [name, value] of parameters) query.append(name, value);
  // Grafana puts the dashboard's own name in the place of the last part.
  return {
    title: 'Grafana dashboard',
    url: `${url}/d/${dashboardUid}/loadbot-agent?${query.toString().replaceAll('+', '%20')}`,
  };
}
