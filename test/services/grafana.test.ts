import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { findBinary, PROMTOOL, VMALERT } from '../needs.ts';
import { describeWithServices } from './binary.ts';
import { DASHBOARDS, grafanaFile, type Panel, queriesOf, readDashboard } from './dashboards.ts';

/** Panels that every Grafana has. */
const CORE_PANELS = ['row', 'stat', 'timeseries', 'heatmap', 'state-timeline', 'table'];
const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };
const COLUMNS = 24;

/** The cells of the dashboard's grid that a panel covers. */
function cellsOf({ gridPos: { x, y, w, h } }: Panel): readonly string[] {
  return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
}

describe.each(DASHBOARDS)('%s.json', (name) => {
  const dashboard = readDashboard(name);
  const charts = dashboard.panels.filter(({ type }) => type !== 'row');

  it('can be imported: a unique uid, a schema of Grafana 10.4, core panels', () => {
    const raw = JSON.parse(readFileSync(grafanaFile(`${name}.json`), 'utf8')) as Record<string, unknown>;
    // The number in a database that another Grafana had given it would be taken for one here.
    expect(raw['id']).toBeNull();
    expect(dashboard.uid).toMatch(/^loadbot-[a-z-]{1,32}$/);
    expect(dashboard.schemaVersion).toBe(39);
    for (const { type, title } of dashboard.panels) expect(CORE_PANELS, title).toContain(type);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has no overlapping panels, no gaps, and none outside the grid', () => {
    const cells = dashboard.panels.flatMap(cellsOf);
    const taken = new Set(cells);
    expect(taken.size).toBe(cells.length);
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(COLUMNS);
      expect(gridPos.y === 0 || taken.has(`${gridPos.x},${gridPos.y - 1}`), title).toBe(true);
    }
  });

  it('has a description, a unit and a data source for every panel', () => {
    for (const { title, description, datasource, fieldConfig, targets = [], type } of charts) {
      expect(description?.length, title).toBeGreaterThan(20);
      expect(datasource, title).toEqual(DATA_SOURCE);
      if (type !== 'heatmap' && type !== 'table') expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      for (const target of targets) {
        expect(target.datasource, title).toEqual(DATA_SOURCE);
        expect(target.range, title).toBe(!target.instant);
        if (type !== 'table' && type !== 'stat') expect(target.legendFormat, title).toMatch(/\{\{\w+\}\}/);
      }
    }
    const titles = charts.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('defines every used variable, and uses every defined one', () => {
    const { list } = dashboard.templating;
    const own = list.map((variable) => variable.name);
    const asked = [
      ...queriesOf(dashboard).map(({ expr }) => expr),
      ...list.map(({ query }) => (typeof query === 'string' ? query : query.query)),
      DATA_SOURCE.uid,
    ].flatMap((text) => [...text.matchAll(/\$\{?(\w+)/g)].map(([, variable]) => variable));
    expect(new Set(asked.filter((variable) => variable?.startsWith('__') === false))).toEqual(new Set(own));
    // Empty labels, of pushed process metrics and of agents without them, must match "All" too.
    for (const { type, allValue, name: variable } of list) if (type === 'query') expect(allValue, variable).toBe('.*');
  });
});

describe('the provisioning files', () => {
  it('name data sources of the type that the dashboards need, and the folder of the dashboards', () => {
    const read = (path: string): unknown => parse(readFileSync(grafanaFile(`provisioning/${path}`), 'utf8'));
    expect(read('datasources/loadbot.yml')).toMatchObject({
      apiVersion: 1,
      datasources: [
        { type: 'prometheus', url: 'http://127.0.0.1:9090', isDefault: true, jsonData: { timeInterval: '1s' } },
        { type: 'prometheus', url: 'http://127.0.0.1:8428', jsonData: { timeInterval: '1s' } },
      ],
    });
    expect(read('dashboards/loadbot.yml')).toMatchObject({
      apiVersion: 1,
      providers: [{ type: 'file', options: { path: '$LOADBOT_DASHBOARDS' } }],
    });
    const dashboards = readdirSync(grafanaFile('')).filter((file) => file.endsWith('.json'));
    expect(dashboards.toSorted()).toEqual(DASHBOARDS.map((name) => `${name}.json`).toSorted());
  });
});

describeWithServices('the rules', [PROMTOOL, VMALERT], () => {
  const rules = [grafanaFile('rules/recording.yml'), grafanaFile('rules/alerts.yml')];

  test.each([
    ['promtool reads them', PROMTOOL, ['check', 'rules', ...rules]],
    ['promtool sees them do what their own tests say', PROMTOOL, ['test', 'rules', grafanaFile('rules/tests.yml')]],
    ['vmalert reads them', VMALERT, ['-dryRun', ...rules.map((file) => `-rule=${file}`)]],
  ] as const)('%s', (_, { name }, args) => {
    const { status, stdout, stderr } = spawnSync(findBinary(name) ?? '', args, { timeout: 120_000, encoding: 'utf8' });
    expect(status, `${stdout}${stderr}`).toBe(0);
  });

  it('every alert has a test where it fires and one where it does not', () => {
    const alerts = parse(readFileSync(grafanaFile('rules/alerts.yml'), 'utf8')) as {
      groups: { rules: { alert: string }[] }[];
    };
    const { tests } = parse(readFileSync(grafanaFile('rules/tests.yml'), 'utf8')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const cases = tests.flatMap(({ alert_rule_test: found }) => found);
    for (const { alert } of alerts.groups.flatMap((group) => group.rules)) {
      const fires = cases
        .filter(({ alertname }) => alertname === alert)
        .map(({ exp_alerts: found }) => found.length > 0);
      expect(fires, alert).toContain(true);
      expect(fires, alert).toContain(false);
    }
  });
});
