import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { observeProcess } from '../../../src/metrics/process-metrics.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { parseExposition, sampleOf } from '../../exposition-parser.ts';

const metrics = observeProcess();

async function read(): Promise<ReturnType<typeof parseExposition>> {
  const families = await metrics.read('agent 7');
  return parseExposition(formatText({ epochMs: 0, families }, { timestamps: false }));
}

describe('observeProcess', () => {
  it('gives valid families, all about this process and with the agent on every sample', async () => {
    const families = await read();
    expect(families.filter(({ name }) => !/^(process|nodejs)_/.test(name))).toEqual([]);
    const agents = new Set(families.flatMap(({ samples }) => samples.map(({ labels }) => labels.agent)));
    expect([...agents]).toEqual(['agent 7']);
    const residentBytes = sampleOf(families, 'process_resident_memory_bytes');
    expect(residentBytes / process.memoryUsage().rss).toBeGreaterThan(0.5);
    expect(residentBytes / process.memoryUsage().rss).toBeLessThan(2);
    expect(sampleOf(families, 'nodejs_version_info', { version: process.version })).toBe(1);
  });

  it('has a believable event loop lag even where nothing was sampled since the last reading', async () => {
    await read();
    for (const { name, samples } of (await read()).filter(({ name }) => name.startsWith('nodejs_eventloop_lag'))) {
      for (const { value } of samples) {
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThan(60);
      }
    }
  });

  it('counts every garbage collection, also those that are reported together', async () => {
    const collections = async (): Promise<number> => {
      const counts = (await read())
        .flatMap(({ samples }) => samples)
        .filter(({ name }) => name === 'nodejs_gc_duration_seconds_count');
      return counts.reduce((total, { value }) => total + value, 0);
    };
    const before = await collections();
    // Many short-lived objects without a pause in between: several collections, one report.
    let kept: object[] = [];
    for (let round = 0; round < 30; round++) kept = Array.from({ length: 200_000 }, (_, index) => ({ index }));
    expect(kept.length).toBe(200_000);
    await sleep(50);
    expect((await collections()) - before).toBeGreaterThan(5);
  });
});
