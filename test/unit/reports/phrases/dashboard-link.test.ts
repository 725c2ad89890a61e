import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../../../src/workload/defaults.ts';
import { linkDashboard } from '../../../../src/reports/phrases/dashboard-link.ts';

const GRAFANA = {
  url: 'https://g.example.com/grafana',
  orgId: undefined,
  dashboardUid: 'loadbot-agent',
  dropped: [],
  annotations: undefined,
};
const SHOWN = {
  agent: 'agent 1&2',
  runId: 'run-1',
  jobs: ['reads', 'writes', 'reads'],
  startedEpochMs: 1_700_000_000_000.7,
  endedEpochMs: 1_700_000_030_000.2,
};

function queryOf(url: string): [string, string][] {
  return [...new URL(url).searchParams.entries()];
}

test('links to the dashboard from the start of the run to the last scrape after it', () => {
  const { title, url } = linkDashboard(GRAFANA, SHOWN);
  expect(title).toBe('Grafana dashboard');
  expect(url.split('?')[0]).toBe('https://g.example.com/grafana/d/loadbot-agent/loadbot-agent');
  expect(queryOf(url)).toEqual([
    ['from', '1700000000000'],
    ['to', '1700000045001'],
    ['var-agent', 'agent 1&2'],
    ['var-run', 'run-1'],
    ['var-job', 'reads'],
    ['var-job', 'writes'],
  ]);
});

test('the shipped dashboard has that uid and these variables', () => {
  const file = new URL('../../../../examples/grafana/loadbot-agent.json', import.meta.url);
  const dashboard = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly uid: string;
    readonly templating: { readonly list: readonly { readonly name: string; readonly allValue?: string }[] };
  };
  expect(dashboard.uid).toBe(DEFAULTS.grafana.dashboard_uid);
  const names = queryOf(linkDashboard(GRAFANA, SHOWN).url).map(([name]) => name);
  for (const name of names.filter((name) => name.startsWith('var-'))) {
    expect(dashboard.templating.list.map((variable) => `var-${variable.name}`)).toContain(name);
  }
});

test('selects all without labels, and the organization of the URL', () => {
  const dropped = ['run_id', 'job'];
  const query = queryOf(linkDashboard({ ...GRAFANA, orgId: '2', dropped }, SHOWN).url);
  expect(query).toContainEqual(['orgId', '2']);
  expect(query).toContainEqual(['var-run', '$__all']);
  expect(query).toContainEqual(['var-job', '$__all']);
  const many = Array.from({ length: 21 }, (_, index) => `job ${index}`);
  expect(queryOf(linkDashboard(GRAFANA, { ...SHOWN, jobs: many }).url).slice(-1)).toEqual([['var-job', '$__all']]);
});
