import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadbot, runWorkload, scratchFile } from '../../e2e/agent.ts';
import { prioritizeProcesses } from '../../e2e/cpu-priority.ts';
import { KnownTarget } from '../../e2e/known-target.ts';
import { describeWithServices } from '../binary.ts';
import { expectConserved, jobNamed } from '../conservation.ts';
import { NATS, type NatsService, startNats } from '../nats.ts';
import { Fleet } from './fleet.ts';

/** Compares results by the verdicts of `compare`. */
async function compare(baseline: string, current: string): Promise<Readonly<Record<string, string>>> {
  const out = scratchFile('json');
  const flags = [
    '--max-regression',
    'p50=10%,p90=10%,p99=15%',
    '--allow_invalid',
    '--on_unknown',
    'fail',
    '--json',
    out,
  ];
  await loadbot(['compare', baseline, current, ...flags]);
  const { comparisons } = JSON.parse(readFileSync(out, 'utf8')) as {
    readonly comparisons: readonly { readonly metric: string; readonly verdict: string }[];
  };
  return Object.fromEntries(comparisons.map(({ metric, verdict }) => [metric, verdict]));
}

/** Starts a target whose latency has a normal distribution, and creates a workload for it. */
async function startTarget(latency: string): Promise<{ readonly target: KnownTarget; readonly workload: unknown }> {
  const target = await KnownTarget.start('--latency', latency, '--latency-distribution', 'normal:0.05');
  const load = { connections: 250, pace: 150, warm_up: '2s', duration: '6s' };
  const jobs = [{ name: 'writes', type: 'write', collection: 'c', ...load }];
  return { target, workload: { connection_string: target.url, jobs } };
}

prioritizeProcesses();

describeWithServices('the percentiles of a fleet', [NATS], () => {
  let bus: NatsService;
  beforeAll(async () => {
    bus = await startNats();
  });
  afterAll(() => bus.stop());

  // The target's delays are long, so that those of a busy machine are a small part of them.
  test('are those of one process, as far as chance allows, and a slower target is noticed', async () => {
    const fleet = await Fleet.start(bus.port, { threads: [1, 1, 1, 1] });
    const targets = await Promise.all(['1s', '1s', '1500ms'].map(startTarget));
    const [one, four, slower] = targets.map(({ workload }) => workload);
    const [onOne, onFour, onSlower] = [0, 1, 2].map(() => scratchFile('json')) as [string, string, string];
    // At the same time, so that the machine is the same for all.
    const ended = await Promise.all([
      runWorkload(one, ['--report', `json=${onOne}`]),
      fleet.run(four, { flags: ['--report', `json=${onFour}`] }),
      runWorkload(slower, ['--report', `json=${onSlower}`]),
    ]);
    for (const { status, stderr, result } of ended) {
      expect(status, stderr).toBe(0);
      const job = jobNamed(result, 'writes');
      expectConserved(job);
      expect(job).toMatchObject({ planned: 900, errors: 0, aborted: 0 });
    }
    for (const { target } of targets) target.kill();
    const [same, worse] = await Promise.all([compare(onOne, onFour), compare(onFour, onSlower)]);
    expect(same).toMatchObject({ p50: 'no_difference', p90: 'no_difference', p99: 'no_difference' });
    expect(worse).toMatchObject({ p50: 'regression', p90: 'regression' });
  });
});
