import { expect, test } from 'vitest';
import { startSlowStore } from './slow-store.ts';
import { runWorkload } from './agent.ts';

test('timelines and phases of the system under test have iterations and steps', { retry: 2 }, async () => {
  const store = await startSlowStore({
    calmMs: 5,
    slowMs: 40,
    isSlow: (elapsedMs) => elapsedMs > 1000 && elapsedMs < 2000,
  });
  const step = { http: { path: '/c/1' }, think_time: '10ms' };
  const { stdout, result } = await runWorkload({
    connection_string: store.url,
    sources: [{ name: 'store', url: `${store.url}/metrics`, interval: '100ms', timeout: '90ms' }],
    phases: { backup: 'store_backup_in_progress == 1' },
    jobs: [
      {
        name: 'visit',
        type: 'scenario',
        connections: 20,
        pace: 50,
        duration: '3s',
        steps: [
          { ...step, name: 'first' },
          { ...step, name: 'second' },
        ],
      },
    ],
  });
  expect(result.jobs.map(({ step: name, requests }) => [name, requests])).toEqual([
    [null, 150],
    ['first', 150],
    ['second', 150],
  ]);
  for (const { phases, timeline, type } of result.jobs) {
    expect(timeline.requests.reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(150);
    const [backup] = phases;
    expect((backup?.inside.requests ?? 0) + (backup?.outside.requests ?? 0)).toBe(150);
    expect(backup?.inside.requests).toBeGreaterThan(25);
    // Two requests of 40 ms, and 20 ms of think time that do not count.
    const slower = backup?.difference['p50']?.seconds;
    expect(slower).toBeGreaterThan(type === 'scenario' ? 0.06 : 0.03);
    expect(slower).toBeLessThan(type === 'scenario' ? 0.085 : 0.05);
  }
  expect(result.jobs.map(({ schedule_lag: lag }) => lag?.count ?? null)).toEqual([150, null, null]);
  expect(stdout).toMatch(/in backup +\d+ /);
});
