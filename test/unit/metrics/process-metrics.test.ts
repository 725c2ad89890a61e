import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LINUX } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { collectProcessMetrics } from '../../../src/metrics/process-metrics.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { parseExposition, sampleOf } from '../../exposition-parser.ts';

const metrics = collectProcessMetrics();

async function read(): Promise<ReturnType<typeof parseExposition>> {
  const families = await metrics.read('agent 7');
  return parseExposition(formatText({ epochMs: 0, families }, { timestamps: false }));
}

describe('observeProcess', () => {
  it('returns valid families of this process with the agent on every sample', async () => {
    const families = await read();
    expect(families.filter(({ name }) => !/^(process|nodejs)_/.test(name))).toEqual([]);
    const agents = new Set(families.flatMap(({ samples }) => samples.map(({ labels }) => labels.agent)));
    expect([...agents]).toEqual(['agent 7']);
    const residentBytes = sampleOf(families, 'process_resident_memory_bytes');
    expect(residentBytes / process.memoryUsage().rss).toBeGreaterThan(0.5);
    expect(residentBytes / process.memoryUsage().rss).toBeLessThan(2);
    expect(sampleOf(families, 'nodejs_version_info', { version: process.version })).toBe(1);
  });

  testWith([LINUX], 'reads memory, threads, faults and input and output as the kernel counts them', async () => {
    const value = (families: ReturnType<typeof parseExposition>, name: string): number =>
      sampleOf(families, `process_${name}`);
    const before = await read();
    const { rss } = process.memoryUsage();
    expect(value(before, 'resident_memory_peak_bytes') / rss).toBeGreaterThan(0.8);
    expect(value(before, 'virtual_memory_peak_bytes')).toBeGreaterThan(value(before, 'resident_memory_peak_bytes'));
    const kinds = ['anon', 'file', 'shared'].map((kind) => value(before, `resident_memory_${kind}_bytes`));
    expect(kinds.reduce((sum, bytes) => sum + bytes) / rss).toBeCloseTo(1, 0);
    expect(value(before, 'num_threads')).toBeGreaterThan(4);

    const file = join(tmpdir(), `loadbot-io-${process.pid}`);
    writeFileSync(file, Buffer.alloc(3_000_000, 1));
    readFileSync(file);
    rmSync(file);
    const after = await read();
    const grown = (name: string): number => value(after, name) - value(before, name);
    for (const name of ['io_written_bytes_total', 'io_read_bytes_total', 'minor_pagefaults_total']) {
      expect(grown(name), name).toBeGreaterThan(name.includes('bytes') ? 2_999_999 : 0);
    }
    expect(grown('io_written_bytes_total')).toBeLessThan(6_000_000);
    expect(grown('io_write_syscalls_total')).toBeGreaterThan(0);
    expect(grown('io_read_syscalls_total')).toBeGreaterThan(0);
    const cpu = value(after, 'cpu_seconds_user_total') + value(after, 'cpu_seconds_system_total');
    const { user, system } = process.cpuUsage();
    expect(cpu / ((user + system) / 1e6)).toBeCloseTo(1, 1);
    expect(value(after, 'major_pagefaults_total')).toBeGreaterThanOrEqual(0);
  });

  it('reports a plausible event loop lag without new samples', async () => {
    await read();
    for (const { name, samples } of (await read()).filter(({ name }) => name.startsWith('nodejs_eventloop_lag'))) {
      for (const { value } of samples) {
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThan(60);
      }
    }
  });

  it('counts every garbage collection, including batched reports', async () => {
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
    await expect.poll(async () => (await collections()) - before).toBeGreaterThan(5);
  });
});
