import { describe, expect, test } from 'vitest';
import { parseExposition } from '../exposition-parser.ts';
import { Agent, loadbot, readResult, runWorkload, scratchFile, workloadFile } from './agent.ts';
import { KnownTarget } from './known-target.ts';

const WRITES = { name: 'writes', type: 'write', collection: 'c', operations: 500 };

describe('exit status', () => {
  test('0 when all thresholds hold, each shown in the summary and the result', async () => {
    const { status, stdout, result } = await runWorkload({
      connection_string: 'embedded:',
      jobs: [{ ...WRITES, thresholds: ['p(99) < 10s', 'errors == 0', 'count == 500'] }],
      thresholds: ['error_rate < 1%', { check: 'rate > 1', job: 'writes' }],
    });
    expect(status).toBe(0);
    expect(stdout).toContain('thresholds: 5 of 5 held');
    expect(stdout).toMatch(/✓ writes +count == 500 +500\n/);
    expect(result.thresholds.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
    expect(result.thresholds[2]).toMatchObject({
      job: 'writes',
      job_uuid: result.jobs[0]?.uuid,
      threshold: 'count == 500',
      value: 500,
      limit: 500,
      operator: '==',
      unit: 'count',
      reason: null,
    });
  });

  test('99 when one fails, is undetermined, or has no requests', async () => {
    const { status, stdout, result } = await runWorkload({
      connection_string: 'embedded:',
      jobs: [
        { ...WRITES, thresholds: ['count > 500', 'p(99.9) < 10s'] },
        // Nothing is there, whatever the schema gives: all are misses.
        {
          name: 'reads',
          type: 'read',
          collection: 'none',
          operations: 10,
          thresholds: ['miss_rate < 10%', 'errors == 0'],
        },
      ],
      schemas: [{ name: 'none', collection: 'none', existing: 10, schema: {} }],
    });
    expect(status).toBe(99);
    expect(result.thresholds.map(({ ok, reason }) => ok || reason)).toEqual([
      'it is 500',
      'not determinable from 500 requests: at least 1,000 needed',
      'it is 100%',
      true,
    ]);
    expect(stdout).toContain('thresholds: 1 of 4 held, 3 did not');
    expect(stdout).toMatch(/✗ writes +p\(99\.9\) < 10s +not determinable from 500 requests/);
  });

  test('99 when a target refuses all requests', async () => {
    const { status, result } = await runWorkload({
      connection_string: 'http://127.0.0.1:1',
      jobs: [{ ...WRITES, operations: 200, pace: 200, thresholds: ['p(99) < 10s', 'error_rate < 1%'] }],
    });
    expect(status).toBe(99);
    expect(result.thresholds.map(({ ok }) => ok)).toEqual([true, false]);
  });

  test('105 after a signal, regardless of thresholds', async () => {
    const out = scratchFile('json');
    const workload = {
      connection_string: 'embedded:',
      jobs: [{ type: 'write', collection: 'c', pace: 100, duration: '1m', thresholds: ['count > 1000000'] }],
    };
    const agent = new Agent(['run', workloadFile(workload), '--out', out]);
    await agent.sees(/writ|run .* against/);
    await new Promise((resolve) => setTimeout(resolve, 800));
    agent.child.kill('SIGINT');
    expect((await agent.ended).status).toBe(105);
    expect(readResult(out)).toMatchObject({ end: 'stopped', thresholds: [{ ok: false }] });
  });

  test('104 when one is invalid', async () => {
    const file = workloadFile({ connection_string: 'embedded:', jobs: [{ ...WRITES, thresholds: ['p(99) < 200'] }] });
    const { status, stderr } = await loadbot(['run', file]);
    expect(status).toBe(104);
    expect(stderr).toMatch(/jobs\[0\]\.thresholds\[0\] +200 has no unit\n +hint: write 200ms or 200s/);
  });
});

test('abort_on_fail ends the run after its delay, with all recorded requests', async () => {
  const target = await KnownTarget.start('--error-rate', '0.5');
  const { status, stderr, stdout, result } = await runWorkload(
    {
      connection_string: target.url,
      jobs: [
        {
          name: 'writes',
          type: 'write',
          collection: 'c',
          pace: 200,
          duration: '1m',
          thresholds: [{ check: 'error_rate < 10%', abort_on_fail: true, delay: '2s' }],
        },
        { name: 'never', type: 'write', collection: 'c', operations: 5 },
      ],
    },
    ['--require_delivery', '--metrics_export_port', '0'],
  );
  const arrivals = await target.stop();
  expect(status).toBe(99);
  expect(result.end).toBe('aborted');
  expect(result.reason).toMatch(/^threshold error_rate < 10% of writes does not hold: it is [45]\d\.\d\d%/);
  expect(stderr).toContain('WARN  threshold error_rate < 10% of writes');
  expect(stdout).toContain('aborted after');
  const [writes, never] = result.jobs;
  expect(writes?.elapsed_seconds).toBeGreaterThan(1.9);
  expect(writes?.elapsed_seconds).toBeLessThan(60);
  expect(arrivals).toHaveLength(writes?.started ?? 0);
  expect(never?.started).toBe(0);
  expect(result.thresholds).toMatchObject([
    { ok: false, reason: expect.stringContaining('so the run was stopped') as string },
  ]);
});

test('exposes each limit and its status while the load runs', async () => {
  const workload = {
    connection_string: 'embedded:',
    jobs: [
      {
        name: 'writes',
        type: 'write',
        collection: 'c',
        pace: 100,
        duration: '10m',
        thresholds: ['error_rate < 1%', 'count > 1000000'],
      },
    ],
    thresholds: ['p(50) < 30s'],
  };
  const agent = new Agent(['run', workloadFile(workload), '--metrics_export_port', '0']);
  const [url = ''] = await agent.sees(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
  let families: ReturnType<typeof parseExposition> = [];
  const seriesOf = (name: string) =>
    (families.find((family) => family.name === name)?.samples ?? []).map(({ labels, value }) => [
      labels['threshold'],
      value,
    ]);
  const evaluated = async (): Promise<unknown> => {
    families = parseExposition(await (await fetch(url)).text());
    return seriesOf('loadbot_threshold_value')[1]?.[1] ?? 0;
  };
  await expect.poll(evaluated, { interval: 100 }).toBeGreaterThan(50);
  expect(seriesOf('loadbot_threshold_limit')).toEqual([
    ['error_rate < 1%', 0.01],
    ['count > 1000000', 1_000_000],
    ['p(50) < 30s', 30],
  ]);
  expect(seriesOf('loadbot_threshold_ok')).toEqual([
    ['error_rate < 1%', 1],
    ['count > 1000000', 0],
    ['p(50) < 30s', 1],
  ]);
  agent.child.kill('SIGTERM');
  expect((await agent.ended).status).toBe(105);
});
