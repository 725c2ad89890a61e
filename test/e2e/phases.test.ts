import { describe, expect, test } from 'vitest';
import { runWorkload } from './agent.ts';
import { prioritizeProcesses } from './cpu-priority.ts';
import { percentileOf } from './known-target.ts';
import { disturbanceMs, startLatenessProbe } from './lateness.ts';
import { type SlowStore, startSlowStore } from './slow-store.ts';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';

const CALM_MS = 5;
const BACKUP_MS = 40;
/** A run that a busy machine prolongs sees no third backup. */
const BACKUPS_END_MS = 4000;

/** A store that backs itself up for the second and fourth second of five. */
const backingUp = (): Promise<SlowStore> =>
  startSlowStore({
    calmMs: CALM_MS,
    slowMs: BACKUP_MS,
    isSlow: (elapsedMs) => elapsedMs < BACKUPS_END_MS && Math.floor(elapsedMs / 1000) % 2 === 1,
  });

prioritizeProcesses();

describe('latency during phases of the system under test', () => {
  test('has separate percentiles, within the resolution of the result', { retry: 4 }, async () => {
    const store = await backingUp();
    const probe = await startLatenessProbe();
    const { status, stdout, result } = await runWorkload({
      connection_string: store.url,
      sources: [{ name: 'store', url: `${store.url}/metrics`, interval: '100ms', timeout: '90ms' }],
      phases: { backup: 'store_backup_in_progress == 1' },
      schemas: [EXISTING_DOCUMENTS],
      jobs: [{ name: 'reads', type: 'read', collection: 'c', connections: 20, pace: 200, duration: '5s' }],
    });
    const lateness = await probe.stop();
    expect(status).toBe(0);
    const [phase] = result.jobs[0]?.phases ?? [];
    if (phase === undefined) throw new Error('there is a phase');
    const { inside, outside, difference } = phase;
    expect(phase.name).toBe('backup');
    expect(inside.requests + outside.requests).toBe(1000);
    expect(inside.latency.count + outside.latency.count).toBe(1000);
    // The store counts its slow responses. At each of the four edges, readings are late by the resolution and by the machine.
    const edgesMs = 4 * (250 + lateness.maxMs);
    const trulyInside = store.arrivals.filter(({ wasSlow }) => wasSlow).length;
    expect(trulyInside).toBeGreaterThan(350);
    expect(Math.abs(inside.requests - trulyInside)).toBeLessThan((edgesMs / 1000) * 200);

    const truth = (within: boolean): number =>
      percentileOf(
        store.arrivals.filter(({ wasSlow }) => wasSlow === within).map(({ tookMs }) => tookMs),
        50,
      );
    for (const [side, wasSlow] of [
      [inside, true],
      [outside, false],
    ] as const) {
      const seenMs = (side.latency.percentiles_seconds.p50 ?? NaN) * 1000;
      expect(Math.abs(seenMs - truth(wasSlow))).toBeLessThan(2 + disturbanceMs(lateness, 90));
    }
    expect(difference['p50']).toMatchObject({ is_more_than_noise: true });
    expect(difference['p50']?.seconds).toBeGreaterThan(0.03);

    const [document] = result.phases;
    expect(document).toMatchObject({ name: 'backup', resolution_seconds: 0.1 });
    expect(document?.spans.length).toBe(2);
    const [from, to, again, end] = (document?.spans ?? []).flat();
    for (const [a = NaN, b = NaN] of [
      [from, to],
      [to, again],
      [again, end],
    ]) {
      expect(Math.abs(b - a - 1)).toBeLessThan(0.35 + (2 * lateness.maxMs) / 1000);
    }
    const [source] = result.sources;
    expect(source?.name).toBe('store');
    // A reading fails only where the machine can delay it beyond its timeout.
    if (lateness.maxMs < 20) expect(source?.failures).toBe(0);
    expect(source?.calls).toBeGreaterThan(40);
    expect(source?.series.map(({ name }) => name)).toEqual(['store_backup_in_progress']);
    expect(stdout).toMatch(/in backup +\d\d\.\dms/);
    expect(stdout).toMatch(/otherwise +\d+\.\d+ms/);
  });

  test('a source that refuses connections is reported and does not affect the load', async () => {
    const store = await backingUp();
    const { status, stderr, result } = await runWorkload({
      connection_string: store.url,
      sources: [{ name: 'gone', url: 'http://127.0.0.1:9/metrics', interval: '200ms', timeout: '100ms' }],
      phases: { backup: 'store_backup_in_progress == 1' },
      schemas: [EXISTING_DOCUMENTS],
      jobs: [{ name: 'reads', type: 'read', collection: 'c', connections: 20, pace: 100, duration: '1s' }],
    });
    expect(status).toBe(0);
    expect(result.jobs[0]).toMatchObject({ ok: 100, phases: [{ name: 'backup', inside: { requests: 0 } }] });
    expect(result.sources[0]?.failures).toBe(result.sources[0]?.calls);
    expect(stderr).toContain('gone');
  });
});
