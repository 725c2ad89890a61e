import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatMs } from '../../src/shared/units.ts';
import { timelineOf } from '../../src/reports/html/charts/timeline.ts';
import { renderHtml } from '../../src/reports/html/html.ts';
import type { ResultDocument, ResultJob } from '../../src/reports/document/result-document.ts';
import { describeWithServices } from '../services/binary.ts';
import { loadbot, readResult, scratchFile, workloadFile } from './agent.ts';
import { Browser, CHROMIUM } from './browser.ts';

const WORKLOAD = {
  name: 'shop <script>alert(1)</script>',
  connection_string: 'embedded:',
  jobs: [
    // Too short for charts of its course.
    { name: 'writes', type: 'write', collection: 'c', operations: 50 },
    {
      name: 'reads "quoted" </script>',
      type: 'read',
      collection: 'c',
      connections: 4,
      pace: 200,
      duration: '5s',
      thresholds: ['p(99) < 10s', 'rate > 10', 'count > 1000000'],
    },
  ],
};

describeWithServices('the HTML report in a browser', [CHROMIUM], () => {
  const [page, out, later] = ['html', 'json', 'html'].map(scratchFile) as [string, string, string];
  let browser: Browser;
  let result: ResultDocument;
  let job: ResultJob;

  beforeAll(async () => {
    browser = await Browser.open();
    const workload = workloadFile(WORKLOAD);
    // On a busy machine even a few requests can take seconds.
    for (let tries = 0; tries < 8 && (tries === 0 || timelineOf(result.jobs[0]!) !== undefined); tries++) {
      const { status } = await loadbot(['run', workload, '-q', '--report', `html=${page},json=${out}`]);
      expect(status).toBe(99);
      result = readResult(out);
    }
    job = result.jobs[1]!; // the workload has two
  });
  afterAll(() => browser.close());

  test('report renders the same page later', async () => {
    expect((await loadbot(['report', out, '--html', later])).status).toBe(0);
    expect(readFileSync(later, 'utf8')).toBe(readFileSync(page, 'utf8'));
  });

  test('draws every chart, without console messages and network requests', async () => {
    await browser.show(page, { height: 5000 });
    const charts = await browser.evaluate(`[...document.querySelectorAll('figure.chart')].map((figure) => {
      const canvas = figure.querySelector('canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return [figure.id, data.some((channel) => channel !== 0)];
    })`);
    expect(charts).toEqual([
      ...['distribution', 'histogram'].map((name) => [`job-1-${name}`, true]),
      ...['rate', 'latency', 'in-flight', 'lag', 'distribution', 'histogram'].map((name) => [`job-2-${name}`, true]),
    ]);
    expect(browser.complaints).toEqual([]);
    expect(browser.requests.filter((url) => !url.startsWith('file:') && url !== 'data:,')).toEqual([]);
    expect(await browser.evaluate('document.querySelector("h1").textContent')).toBe(WORKLOAD.name);
  });

  test('shows the values of the result by keyboard', async () => {
    await browser.evaluate('document.querySelector("#job-2-latency .plot").focus()');
    await browser.press('End');
    const { p50_seconds: p50, p99_seconds: p99, max_seconds: max } = timelineOf(job)!; // five seconds long
    const last = (column: readonly (number | null)[]): string => formatMs((column.at(-1) ?? NaN) * 1000);
    const read = String(await browser.evaluate('document.querySelector("#job-2-latency .readout").innerText'));
    expect(read).toMatch(new RegExp(`max\\s+${last(max)}\\s+p99\\s+${last(p99)}[^]*p50\\s+${last(p50)}`));
    await browser.press('Escape');
    expect(await browser.evaluate('document.querySelector("#job-2-latency .readout").hidden')).toBe(true);
  });

  test('shows the values of a chart as a table', async () => {
    await browser.evaluate('document.querySelector("#job-2-rate summary").click()');
    await browser.evaluate('new Promise((done) => setTimeout(done, 50))');
    const rows = await browser.evaluate('document.querySelectorAll("#job-2-rate tbody tr").length');
    expect(rows).toBe(timelineOf(job)?.at_seconds.length);
  });

  test('zooms all charts of the same time to a selected range', async () => {
    const [x, y, width] = (await browser.evaluate(`(() => {
      const { x, y, width } = document.querySelector('#job-2-rate .u-over').getBoundingClientRect();
      return [x, y, width];
    })()`)) as [number, number, number];
    const pixels = 'document.querySelector("#job-2-in-flight canvas").toDataURL()';
    const before = await browser.evaluate(pixels);
    await browser.drag([x + width * 0.3, y + 50], [x + width * 0.7, y + 60]);
    expect(await browser.evaluate('document.querySelector(".zoomed").textContent')).toMatch(
      /^0:0\d.* to 0:0\d.* · show all$/,
    );
    expect(await browser.evaluate(pixels)).not.toBe(before);
    await browser.evaluate('document.querySelector(".zoomed").click()');
    expect(await browser.evaluate('document.querySelector(".zoomed").hidden')).toBe(true);
  });

  test('supports a dark theme and the width of a phone', async () => {
    const background = 'getComputedStyle(document.body).backgroundColor';
    const light = await browser.evaluate(background);
    await browser.show(page, { width: 375, height: 800, isDark: true });
    expect(await browser.evaluate(background)).not.toBe(light);
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(browser.complaints).toEqual([]);
  });

  test('shows the bins of the histogram by keyboard and as a table', async () => {
    await browser.show(page, { height: 5000 });
    await browser.evaluate('document.querySelector("#job-2-histogram .plot").focus()');
    for (const key of ['Home', 'ArrowRight']) await browser.press(key);
    const read = String(await browser.evaluate('document.querySelector("#job-2-histogram .readout").innerText'));
    expect(read).toMatch(/^\S+ to \S+s\s+response time\s+\d+\s+service time\s+\d+$/);
    await browser.evaluate('document.querySelector("#job-2-histogram summary").click()');
    await browser.evaluate('new Promise((done) => setTimeout(done, 50))');
    const counts = await browser.evaluate(
      '[...document.querySelectorAll("#job-2-histogram tbody td:last-child")].map((cell) => Number(cell.textContent.replaceAll(",", "")))',
    );
    expect((counts as number[]).reduce((sum, count) => sum + count, 0)).toBe(job.service_time.count);
  });

  test('an hour of four jobs, 200 series and three phases stays below 3 MB and opens within two seconds', async () => {
    const long = scratchFile('html');
    const stretch = (column: readonly (number | null)[], index: number): (number | null)[] =>
      Array.from({ length: 3600 }, (_, row) => (index === 0 ? row + 1.003 : (column[row % column.length] ?? null)));
    const columns = Object.entries(job.timeline).map(([name, column], index) => [name, stretch(column, index)]);
    const timeline = Object.fromEntries(columns) as typeof job.timeline;
    const jobs = [1, 2, 3, 4].map((part) => Object.assign({}, job, { uuid: `${part}`, timeline }));
    writeFileSync(long, renderHtml({ ...result, jobs, sources: hourOfSources(), phases: hourOfPhases() }));

    expect(statSync(long).size).toBeLessThan(3e6);
    await browser.show('/dev/null');
    await browser.show(long);
    expect(await browser.evaluate('document.querySelectorAll("canvas").length')).toBeGreaterThan(0);
    expect(browser.complaints).toEqual([]);
    // Processor time of the page's main thread: on an idle machine.
    expect(await browser.busySeconds()).toBeLessThan(2);
  });
});

/** As much as is kept of an hour: 200 series of 600 points, half of them counters, with the digits that real ones have. */
function hourOfSources(): ResultDocument['sources'] {
  return ['db', 'cache', 'api', 'host'].map((name) => ({
    name,
    url: `http://${name}:9100/metrics`,
    profile: null,
    interval_seconds: 1,
    calls: 3600,
    failures: 0,
    bad_lines: 0,
    series: Array.from({ length: 50 }, (_, index) => ({
      name: index < 25 ? `${name}_some_counter_${Math.floor(index / 4)}_total` : `${name}_some_gauge_${index}`,
      type: null,
      labels: { kind: `kind-${index % 4}`, instance: `${name}:9100` },
      points: Array.from({ length: 600 }, (_, at) => {
        const value = index < 25 ? at * 1234 * (index + 1) : (Math.sin(at / 40 + index) + 2) * 1_234_567.89;
        return [at * 6 + 0.123, value] as const;
      }),
    })),
  }));
}

function hourOfPhases(): ResultDocument['phases'] {
  return ['backup', 'compaction', 'failover'].map((name, index) => ({
    name,
    spans: Array.from({ length: 60 }, (_, minute): readonly [number, number] => [
      minute * 60 + index * 17.5,
      minute * 60 + index * 17.5 + 8.25,
    ]),
    resolution_seconds: 1,
  }));
}
