import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResultDocument, ResultJob } from '../../src/reports/document/result-document.ts';
import { describeWithServices, PROMETHEUS, VICTORIA_METRICS } from './binary.ts';
import { type DashboardQuery, DASHBOARDS, queriesOf, readDashboard } from './dashboards.ts';
import { AGENT, INTERVAL_SECONDS, JOB_NAMES, showRun, startStores, type Stores } from './dashboards-run.ts';
import { type DashboardStore, dashboardStore, type Line, type TimeRange } from './dashboards-store.ts';
import { interpolate, type QueryContext } from './grafana-variables.ts';
import type { PrometheusService } from './prometheus.ts';
import type { VictoriaMetricsService } from './victoria-metrics.ts';

/** What `$__rate_interval` is then. */
const RATE_SECONDS = 4 * INTERVAL_SECONDS;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

describeWithServices('examples/grafana', [PROMETHEUS, VICTORIA_METRICS], () => {
  let stores: Stores;
  let prometheus: PrometheusService;
  let victoriaMetrics: VictoriaMetricsService;
  let result: ResultDocument;
  /** From before the run until it was over. */
  let shown: TimeRange;
  /** A moment at which a job was in progress. */
  let busySeconds: number;

  beforeAll(async () => {
    stores = await startStores();
    ({ result, shown, busySeconds } = await showRun(stores));
    ({ prometheus, victoriaMetrics } = stores);
  });
  afterAll(async () => {
    await stores?.stop();
  });

  const everything: Readonly<Record<string, readonly string[] | undefined>> = {
    agent: undefined,
    run: undefined,
    job: undefined,
    namespace: undefined,
    pod: undefined,
  };
  const contextOf = (chosen: QueryContext['chosen']): QueryContext => ({
    chosen,
    allValue: '.*',
    rangeSeconds: shown.toSeconds - shown.fromSeconds,
    scrapeIntervalSeconds: INTERVAL_SECONDS,
    stepSeconds: INTERVAL_SECONDS,
  });
  const ofRun = (): QueryContext['chosen'] => ({ ...everything, agent: [AGENT], run: [result.run_id] });

  const execute = async (
    store: DashboardStore,
    { expr, instant }: DashboardQuery,
    chosen: QueryContext['chosen'],
  ): Promise<readonly Line[]> => {
    const promql = interpolate(expr, contextOf(chosen));
    return instant ? store.instant(promql, shown.toSeconds) : store.range(promql, shown, INTERVAL_SECONDS);
  };
  const find = (where: string): DashboardQuery => {
    const found = queriesOf(readDashboard('loadbot-agent')).find((query) => query.where === `loadbot-agent, ${where}`);
    if (found === undefined) throw new Error(`there is no ${where}`);
    return found;
  };
  const ask = (where: string): Promise<readonly Line[]> =>
    execute(dashboardStore(prometheus.origin), find(where), ofRun());
  const byJob = (lines: readonly Line[]): ReadonlyMap<string, readonly number[]> =>
    new Map(lines.map(({ labels, points }) => [labels['job'] ?? '', points.map(({ value }) => value)]));

  describe.each([
    ['scraped by Prometheus', () => dashboardStore(prometheus.origin)],
    ['pushed to VictoriaMetrics', () => dashboardStore(victoriaMetrics.origin)],
  ])('%s', (_, store) => {
    test.each(DASHBOARDS)(
      'every query of %s returns data for all runs, for one run, and for jobs by name',
      async (name) => {
        const picks = [everything, ofRun(), { ...ofRun(), ...(name === 'loadbot-agent' ? { job: JOB_NAMES } : {}) }];
        const empty: string[] = [];
        for (const query of queriesOf(readDashboard(name))) {
          for (const [pick, chosen] of picks.entries()) {
            const found = await execute(store(), query, chosen);
            // Series that exist only while a job runs.
            const lines =
              found.length === 0 && query.instant
                ? await store().instant(interpolate(query.expr, contextOf(chosen)), busySeconds)
                : found;
            if (lines.length === 0) empty.push(`${query.where}, choice ${pick}`);
          }
        }
        expect(empty).toEqual([]);
      },
    );

    test.each(DASHBOARDS)('every template variable of %s has its values', async (name) => {
      const offered: Record<string, readonly string[]> = {};
      for (const { name: variable, type, query } of readDashboard(name).templating.list) {
        if (type !== 'query' || typeof query === 'string') continue;
        const chosen = { ...everything, agent: [AGENT] };
        offered[variable] = await store().labelValues(interpolate(query.query, contextOf(chosen)), shown);
      }
      if (name === 'go-process') {
        expect(offered).toMatchObject({ namespace: ['load'], pod: ['agent-0'] });
        return;
      }
      expect(offered['agent']).toContain(AGENT);
      expect(offered).toMatchObject({ run: [result.run_id], job: JOB_NAMES });
    });

    test('the totals of a run are those of its result file', async () => {
      const sum = (count: (job: ResultJob) => number): number =>
        result.jobs.reduce((total, job) => total + count(job), 0);
      const value = async (where: string): Promise<number | undefined> =>
        (await execute(store(), find(where), ofRun()))[0]?.points[0]?.value;
      expect(await value('Requests, A')).toBe(sum((job) => job.requests));
      expect(await value('Failed, A')).toBeCloseTo(sum((job) => job.errors) / sum((job) => job.requests), 9);

      const byTable = async (ref: string) =>
        byJob(await execute(store(), find(`Requests of each job, ${ref}`), ofRun()));
      const [requests, errors, p99] = [await byTable('A'), await byTable('B'), await byTable('D')];
      expect([...requests.keys()].toSorted()).toEqual(JOB_NAMES);
      for (const job of result.jobs) {
        expect(requests.get(job.name)).toEqual([job.requests]);
        expect(errors.get(job.name)).toEqual([job.errors]);
        const exact = job.service_time.percentiles_seconds.p99;
        if (exact === null || job.name === 'orphan') continue;
        // Within the bucket that holds it.
        const bounds = [0, ...job.service_time.buckets.map(({ le }) => Number(le))];
        const above = bounds.findIndex((bound) => bound >= exact);
        expect(p99.get(job.name)?.[0], job.name).toBeGreaterThanOrEqual(bounds[above - 1] ?? NaN);
        expect(p99.get(job.name)?.[0], job.name).toBeLessThanOrEqual(bounds[above] ?? NaN);
      }
    });
  });

  test('the rates of a graph add up to the requests of each job', async () => {
    const rates = byJob(await ask('Requests per second, A'));
    // Only jobs that take longer than some scrapes: a rate extrapolates less after the first zero.
    for (const { name, requests } of result.jobs.filter((job) => job.elapsed_seconds > 5)) {
      const total = (rates.get(name) ?? []).reduce((sum, rate) => sum + rate * INTERVAL_SECONDS, 0);
      expect(total / requests, name).toBeGreaterThan(0.9);
      expect(total / requests, name).toBeLessThan(1.1);
    }
  });

  test('the target rate is shown even if it was not achieved', async () => {
    // Without the beginning, when a rate still counts the time before the job.
    const settled = (lines: readonly Line[]): ReadonlyMap<string, number> =>
      new Map([...byJob(lines)].map(([name, rates]) => [name, median(rates.slice(RATE_SECONDS))]));
    const asked = settled(await ask('Pace: target and achieved, A'));
    const achieved = settled(await ask('Pace: target and achieved, B'));
    expect([...asked.keys()].toSorted()).toEqual(['behind', 'browse', 'order']);
    for (const [name, pace] of Object.entries({ behind: 400, browse: 200, order: 300 })) {
      expect((asked.get(name) ?? NaN) / pace, name).toBeGreaterThan(0.8);
      expect((asked.get(name) ?? NaN) / pace, name).toBeLessThan(1.2);
    }
    expect(achieved.get('behind')).toBeLessThan(300);
    expect(achieved.get('order')).toBeLessThan(250);
    expect((achieved.get('browse') ?? NaN) / 200).toBeCloseTo(1, 1);
  });

  test('the timeline shows the states of each job', async () => {
    const states = new Map(
      [...byJob(await ask('Jobs, A'))].map(([name, values]) => [
        name,
        values.filter((value, index) => value !== values[index - 1]),
      ]),
    );
    // Short states may lie between two scrapes on a busy machine, but the order is right, and the end is shown.
    for (const [name, all] of Object.entries({ browse: [0, 5, 1, 2], behind: [0, 1, 2] })) {
      // It is in progress before it warms up, for as long as its connections are being opened.
      const seen = (states.get(name) ?? []).filter((state, at, every) => state !== 1 || every[at + 1] !== 5);
      expect(seen, name).toEqual(all.filter((state) => seen.includes(state)));
      expect(seen.slice(-2), name).toEqual([1, 2]);
    }
    const marks = await ask('annotation Failed jobs');
    expect(marks.map(({ labels }) => [labels['job'], labels['action']])).toEqual([['orphan', 'connect']]);
  });

  test('the delivery row shows the receiver that was unavailable', async () => {
    const [waiting] = await ask('Samples that wait, A');
    const [lost] = await ask('Samples lost, A');
    expect(Math.max(...(waiting?.points.map(({ value }) => value) ?? []))).toBeGreaterThan(100);
    expect(lost?.points.at(-1)?.value).toBeGreaterThan(100);
    expect(result.deliveries.map((delivery) => delivery.undelivered_samples)).toContain(lost?.points.at(-1)?.value);
    const outcomes = (await ask('What became of it, A')).map(({ labels }) => labels['status']);
    expect(outcomes).toContain('success');
    expect(outcomes.length).toBeGreaterThan(1);
  });

  test('every recording rule records, every alert fires on the test data', async () => {
    const store = dashboardStore(prometheus.origin);
    const answer = await fetch(`${prometheus.origin}/api/v1/rules`);
    const { data } = (await answer.json()) as {
      data: {
        groups: { rules: { name: string; type: string; health: string; query: string; lastError?: string }[] }[];
      };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.map(({ type }) => type).toSorted()).toEqual([
      ...Array.from({ length: 8 }, () => 'alerting'),
      ...Array.from({ length: 8 }, () => 'recording'),
    ]);
    for (const { name, type, health, query, lastError } of rules) {
      expect(health, `${name}: ${lastError}`).toBe('ok');
      // Here the receiver was away for seconds only.
      const found = await store.range(type === 'recording' ? name : query.replace('> 120', '> 3'), shown, 1);
      if (name === 'LoadbotRunInvalid') expect(found.length > 0).toBe(!result.validity.valid);
      else expect(found.length, name).toBeGreaterThan(0);
    }
    const gone = await store.range(rules.find(({ name }) => name === 'LoadbotAgentGone')?.query ?? '', shown, 1);
    expect(gone.map(({ labels }) => labels['agent'])).toEqual(['killed']);
    const failed = await store.range(rules.find(({ name }) => name === 'LoadbotJobFailed')?.query ?? '', shown, 1);
    expect(failed.map(({ labels }) => labels['job'])).toEqual(['orphan']);
  });
});
