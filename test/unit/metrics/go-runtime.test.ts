import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { OK } from '../../../src/shared/outcome.ts';
import { GoRuntime } from '../../../src/metrics/go-runtime.ts';
import { ALLOCATED_BYTES, COLLECTING_SECONDS, COLLECTIONS, USED_BYTES } from '../../../src/metrics/heap-meter.ts';
import { collectProcessMetrics } from '../../../src/metrics/process-metrics.ts';
import { formatText } from '../../../src/metrics/text.ts';
import { type ParsedFamily, parseExposition, sampleOf } from '../../exposition-parser.ts';
import { buildJob, buildSnapshot, request } from '../../snapshot-builder.ts';

function read(runtime: GoRuntime): readonly ParsedFamily[] {
  const job = buildJob({
    name: 'a',
    record: (recorder) => {
      request(recorder, OK, 1);
      recorder.start();
      recorder.start();
    },
  });
  const families = runtime.families('agent-1', [buildSnapshot([job])]);
  return parseExposition(formatText({ epochMs: 0, families }, { timestamps: false }));
}

/** An array of 256 elements: 8 bytes each, and the heads of the array (32) and of its elements (16). */
const ARRAY_BYTES = 256 * 8 + 32 + 16;

/** Allocates such arrays and keeps the newest `kept` of them. Returns the bytes. */
function allocate(count: number, kept: number): number {
  const template = Array.from({ length: 256 }, (_, index) => index);
  const arrays: number[][] = [];
  for (let index = 0; index < count; index++) arrays[index % kept] = template.slice();
  return count * ARRAY_BYTES;
}

describe('GoRuntime', () => {
  it('counts allocations, retained or not', () => {
    const runtime = new GoRuntime();
    for (const kept of [10, 50_000]) {
      const before = sampleOf(read(runtime), 'go_memstats_alloc_bytes_total');
      const bytes = allocate(100_000, kept);
      const counted = sampleOf(read(runtime), 'go_memstats_alloc_bytes_total') - before;
      expect(counted / bytes).toBeGreaterThan(0.97);
      expect(counted / bytes).toBeLessThan(1.06);
    }
  });

  it('reports the size of the heap', () => {
    const families = read(new GoRuntime());
    const { heapUsed } = process.memoryUsage();
    const used = sampleOf(families, 'go_memstats_alloc_bytes');
    expect(used / heapUsed).toBeGreaterThan(0.8);
    expect(used / heapUsed).toBeLessThan(1.25);
    expect(sampleOf(families, 'go_memstats_heap_inuse_bytes')).toBeGreaterThanOrEqual(used * 0.9);
    expect(sampleOf(families, 'go_memstats_heap_sys_bytes')).toBeGreaterThanOrEqual(used);
    expect(sampleOf(families, 'go_memstats_heap_alloc_bytes')).toBe(used);
    expect(sampleOf(families, 'go_memstats_heap_idle_bytes')).toBe(
      sampleOf(families, 'go_memstats_heap_sys_bytes') - sampleOf(families, 'go_memstats_heap_inuse_bytes'),
    );
    expect(sampleOf(families, 'go_memstats_sys_bytes') / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    expect(sampleOf(families, 'go_info', { version: `node ${process.version}` })).toBe(1);
    expect(sampleOf(families, 'go_sched_gomaxprocs_threads')).toBe(availableParallelism());
    expect(sampleOf(families, 'go_threads')).toBeGreaterThan(4);
    expect(sampleOf(families, 'go_goroutines')).toBeGreaterThanOrEqual(2);
  });

  it.each([
    [
      'Go runtime mixin (14061)',
      [
        'go_info',
        'go_memstats_sys_bytes',
        'go_memstats_heap_sys_bytes',
        'go_memstats_heap_inuse_bytes',
        'go_memstats_alloc_bytes_total',
        'go_goroutines',
        'go_gc_duration_seconds',
      ],
    ],
    [
      'Go Metrics (10826)',
      [
        'go_memstats_heap_alloc_bytes',
        'go_memstats_heap_sys_bytes',
        'go_memstats_heap_idle_bytes',
        'go_memstats_heap_inuse_bytes',
        'go_memstats_alloc_bytes',
        'go_threads',
        'go_goroutines',
        'go_gc_duration_seconds',
      ],
    ],
    [
      'Go Processes (6671) and Process status (240)',
      [
        'go_memstats_alloc_bytes',
        'go_memstats_alloc_bytes_total',
        'go_memstats_heap_inuse_bytes',
        'go_goroutines',
        'go_gc_duration_seconds',
        'process_resident_memory_bytes',
        'process_virtual_memory_bytes',
        'process_open_fds',
        'process_cpu_seconds_total',
      ],
    ],
  ])('has every family of the dashboard %s that has an honest source', async (_, names) => {
    const families = [...new GoRuntime().families('agent-1', []), ...(await collectProcessMetrics().read('agent-1'))];
    expect(
      names.filter((name) => !families.some((family) => family.name === name && family.samples.length > 0)),
    ).toEqual([]);
  });

  it('sums up isolates; keeps the counts of closed ones, without their heap', () => {
    const runtime = new GoRuntime();
    const before = read(runtime);
    const account = runtime.openHeapAccount();
    const slots = new Float64Array(account.memory);
    slots[ALLOCATED_BYTES] = 5e12;
    slots[USED_BYTES] = 3e12;
    slots[COLLECTIONS] = 70_000;
    slots[COLLECTING_SECONDS] = 900;
    const grown = (families: readonly ParsedFamily[], name: string): number =>
      sampleOf(families, name) - sampleOf(before, name);
    for (const close of [false, true]) {
      if (close) {
        account.close();
        account.close(); // once is enough
      }
      const families = read(runtime);
      expect(grown(families, 'go_memstats_alloc_bytes_total') / 5e12).toBeCloseTo(1, 3);
      expect(grown(families, 'go_memstats_alloc_bytes') / 3e12).toBeCloseTo(close ? 0 : 1, 3);
      expect(Math.round(grown(families, 'go_gc_duration_seconds_count') / 1000)).toBe(70);
      expect(Math.round(grown(families, 'go_gc_duration_seconds_sum'))).toBe(900);
    }
  });

  it('has quantiles of the collections, from 0 to 1, ascending', () => {
    const runtime = new GoRuntime();
    allocate(50_000, 10_000);
    const families = read(runtime);
    const values = ['0', '0.25', '0.5', '0.75', '1'].map((quantile) =>
      sampleOf(families, 'go_gc_duration_seconds', { quantile }),
    );
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values[0]).toBeGreaterThan(0);
    expect(values[4]).toBeLessThan(10);
    const count = sampleOf(families, 'go_gc_duration_seconds_count');
    expect(count).toBeGreaterThan(2);
    expect(sampleOf(families, 'go_gc_duration_seconds_sum')).toBeGreaterThanOrEqual(values[4] ?? 0);
    expect(sampleOf(families, 'go_gc_duration_seconds_sum')).toBeLessThanOrEqual((values[4] ?? 0) * count);
  });
});
