import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent, type Ended, loadbot, readResult, scratchFile, workloadFile } from '../e2e/agent.ts';
import { prioritizeProcesses } from '../e2e/cpu-priority.ts';
import { KnownTarget } from '../e2e/known-target.ts';
import { describeWithServices, PROMETHEUS, VICTORIA_METRICS } from './binary.ts';
import { type PrometheusService, startPrometheus } from './prometheus.ts';
import { startVictoriaMetrics, type VictoriaMetricsService } from './victoria-metrics.ts';

// The percentiles of the runs have to be in the buckets of the targets' latencies.
prioritizeProcesses();

const MOST_TRIES = 4;

interface Row {
  readonly job: string;
  readonly metric: string;
  readonly baseline: number | null;
  readonly baseline_low: number | null;
  readonly baseline_high: number | null;
  readonly change_low: number | null;
  readonly verdict: string;
}

interface Comparison {
  readonly comparisons: readonly Row[];
  readonly invalid_runs: readonly string[];
  readonly notes: readonly string[];
}

describeWithServices('a baseline of earlier runs', [PROMETHEUS, VICTORIA_METRICS], () => {
  let prometheus: PrometheusService;
  let victoriaMetrics: VictoriaMetricsService;
  const runs: string[] = [];
  let [equal, slower, stopped, invalid] = ['', '', '', ''];
  let agents = 0;

  beforeAll(async () => {
    prometheus = await startPrometheus({ configuration: 'global: {}' }, ['--web.enable-remote-write-receiver']);
    victoriaMetrics = await startVictoriaMetrics();
    const usual = await KnownTarget.start('--latency', '15ms');
    const slow = await KnownTarget.start('--latency', '300ms');
    const main = async (): Promise<void> => void runs.push(await runAgainst(usual, 'main'));
    // The runs of the baseline are one after the other; others are beside them.
    [stopped, invalid] = await Promise.all([
      runAgainst(usual, 'main', { duration: '30s', stopAfterMs: 2500 }),
      // One connection achieves 60 of 100 requests per second: the target rate is missed.
      runAgainst(usual, 'crowded', { connections: 1 }),
      main(),
    ]);
    [equal] = await Promise.all([runAgainst(usual, 'topic'), main()]);
    [slower] = await Promise.all([runAgainst(slow, 'topic'), main()]);
    await Promise.all([usual.stop(), slow.stop()]);
    await victoriaMetrics.flush();
  });

  afterAll(async () => {
    await prometheus?.stop();
    await victoriaMetrics?.stop();
  });

  /** A run whose last values both servers have: one that lacks them at a server is left out there. */
  async function runAgainst(...args: Parameters<typeof tryRun>): Promise<string> {
    for (let tries = 1; tries < MOST_TRIES; tries++) {
      const out = await tryRun(...args);
      if (readResult(out).deliveries.every(({ undelivered_samples: lost }) => lost === 0)) return out;
    }
    return tryRun(...args);
  }

  /** A run that is pushed to both servers. `stopAfterMs`: time until it is stopped, if it is. */
  async function tryRun(
    target: KnownTarget,
    branch: string,
    { duration = '5s', connections = 50, stopAfterMs = Infinity } = {},
  ): Promise<string> {
    const metrics_export_targets = [`${prometheus.origin}/api/v1/write`, victoriaMetrics.origin].map((url) => ({
      url,
      interval_seconds: 1,
    }));
    const workload = {
      connection_string: target.url,
      // Runs beside each other with one name would write the same series, out of order.
      agent: { name: `agent ${++agents}`, metrics_export_targets, labels: { suite: 'nightly' } },
      jobs: [{ name: 'writes', type: 'write', collection: 'users', connections, pace: 100, duration }],
    };
    const out = scratchFile('json');
    // Variables of CI systems with the branch.
    const agent = new Agent(['run', workloadFile(workload), '--out', out, '-q'], { GITHUB_HEAD_REF: branch });
    if (stopAfterMs < Infinity) {
      await agent.sees(/INFO +run/);
      setTimeout(() => agent.child.kill('SIGTERM'), stopAfterMs);
    }
    await agent.ended;
    return out;
  }

  const compareWith = (
    origin: string,
    branch: string,
    current: string,
    ...flags: readonly string[]
  ): Promise<Ended> => {
    const baseline = ['--baseline_prometheus', origin, '--baseline_query', `loadbot_run_info{branch="${branch}"}`];
    return loadbot(['compare', ...baseline, current, ...flags]);
  };
  /** On a busy machine any of them may be marked invalid. */
  const compare = (origin: string, current: string, ...flags: readonly string[]): Promise<Ended> =>
    compareWith(origin, 'main', current, '--allow_invalid', ...flags);
  const read = ({ stdout }: Ended): Comparison => JSON.parse(stdout) as Comparison;

  test.each(['Prometheus', 'VictoriaMetrics'])('%s', async (name) => {
    const { origin } = name === 'Prometheus' ? prometheus : victoriaMetrics;

    const worse = await compare(origin, slower, '--json', '-');
    expect(worse.status, worse.stderr).toBe(111);
    const { comparisons, notes } = read(worse);
    const p50 = comparisons.find(({ metric }) => metric === 'p50');
    // 15 ms lie between these bounds; 300 ms are at least 12 times as much as the upper one, less what runs differ by.
    expect(p50).toMatchObject({ job: 'writes', baseline_low: 0.01, baseline_high: 0.025, verdict: 'regression' });
    expect(p50?.change_low).toBeGreaterThan(5);

    // The numbers of the server are those of the result files.
    const documents = runs.map(readResult);
    const rates = documents.map(({ jobs }) => jobs[0]?.rate ?? NaN);
    const rate = comparisons.find(({ metric }) => metric === 'rate')?.baseline;
    expect(rate).toBeCloseTo(rates.reduce((sum, one) => sum + one, 0) / rates.length, 1);

    // The last ones first; the one that was stopped is none of them. A run that lacks values at one server has been
    // repeated, and may be complete at the other.
    const ids = documents.map(({ run_id: runId }) => runId.slice(0, 8)).toReversed();
    expect(notes[0]).toMatch(/^the baseline is \d runs of .*: ([0-9a-f]{8} \(.*?\)(, |$))+$/);
    const named = [...(notes[0] ?? '').matchAll(/([0-9a-f]{8}) \(/g)].map(([, id]) => id ?? '');
    expect(named.filter((id) => ids.includes(id))).toEqual(ids);
    expect(named).not.toContain(readResult(stopped).run_id.slice(0, 8));
    expect(notes).toContain(`left out: run ${readResult(stopped).run_id.slice(0, 8)}, as writes did not complete`);

    // Differences within a bucket are undecided, and reported as such.
    const same = await compare(origin, equal, '--json', '-');
    expect(
      read(same).comparisons.filter(({ verdict, metric }) => verdict === 'regression' && !metric.startsWith('p9')),
    ).toEqual([]);
    expect(read(same).comparisons.find(({ metric }) => metric === 'p50')).toMatchObject({ verdict: 'cannot_tell' });
  });

  test.each(['Prometheus', 'VictoriaMetrics'])('%s: leaves out an invalid run', async (name) => {
    const { origin } = name === 'Prometheus' ? prometheus : victoriaMetrics;
    const { run_id: runId, validity } = readResult(invalid);
    expect(validity.valid).toBe(false);
    const finding = `run ${runId.slice(0, 8)} is marked invalid: its numbers are unreliable`;
    const refused = await compareWith(origin, 'crowded', equal);
    expect(refused.status).toBe(104);
    expect(refused.stderr).toContain('has no earlier run to compare with');
    expect(refused.stderr).toContain(`left out: ${finding}`);
    const allowed = read(await compareWith(origin, 'crowded', equal, '--allow_invalid', '--json', '-'));
    // It has been repeated if a server lacks its values.
    expect(allowed.notes.join('\n')).toMatch(
      new RegExp(`the baseline is \\d runs? of ${origin}: .*${runId.slice(0, 8)}`),
    );
    expect(allowed.notes).toContain(finding);
    expect(allowed.invalid_runs).toContain(runId);
  });

  test('uses the given number of runs, but never the current one', async () => {
    const [, , last = ''] = runs;
    const { notes } = read(await compare(prometheus.origin, last, '--runs', '1', '--json', '-'));
    expect(notes.join('\n')).toContain(
      `1 run of ${prometheus.origin}: ${readResult(runs[1] ?? '').run_id.slice(0, 8)}`,
    );
    expect(notes).toContain('one run does not show how much runs differ: rates are undecided, and percentiles mostly');
  });

  test('selects runs by a label', async () => {
    const query = ['--baseline-query', 'loadbot_run_info{suite="nightly",branch!~"topic|crowded"}', '--allow_invalid'];
    const found = await loadbot(['compare', '--baseline-prometheus', victoriaMetrics.origin, ...query, slower]);
    expect(found.status, found.stderr).toBe(111);
    expect(found.stdout).toMatch(/writes +write +p50 +10\.0ms to 25\.0ms +30\d(\.\d)?ms .* REGRESSION\n/);
  });

  test.each<[string, (origin: string) => string[], number, string]>([
    [
      'no run',
      (origin) => [origin, 'loadbot_run_info{branch="nobody"}'],
      104,
      'loadbot_run_info{branch="nobody"} has no series',
    ],
    ['no selector', (origin) => [origin, 'loadbot_run_info{branch='], 104, 'select runs by their labels'],
    ['no runs', (origin) => [origin, 'requests_total'], 104, 'the series of requests_total have no label run_id'],
    [
      'no server',
      () => ['http://127.0.0.1:1', 'loadbot_run_info'],
      1,
      'is the server up, and can it be reached from here?',
    ],
    ['no such path', (origin) => [`${origin}/nowhere`, 'loadbot_run_info'], 1, 'give the base URL of /api/v1/query'],
  ])('%s', async (_, askedOf, status, message) => {
    const [url = '', query = ''] = askedOf(prometheus.origin);
    const ended = await loadbot(['compare', '--baseline_prometheus', url, '--baseline_query', query, equal]);
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/ at .*\.js/);
  });
});
