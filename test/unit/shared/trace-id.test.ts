import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceIdOf, traceIdsOf } from '../../../src/shared/trace-id.ts';

describe('traceIdsOf', () => {
  it('returns deterministic ids of the right form', () => {
    const text = fc.string();
    fc.assert(
      fc.property(text, text, fc.maxSafeNat(), (runId, uuid, sequence) => {
        const ids = traceIdsOf(runId, uuid);
        expect(ids.traceId(sequence)).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
        expect(ids.spanId(sequence)).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
        expect(traceIdOf(runId, uuid, sequence)).toBe(ids.traceId(sequence));
        expect(traceIdsOf(runId, uuid).spanId(sequence)).toBe(ids.spanId(sequence));
      }),
    );
  });

  it('returns a different id for every request of a job, beyond 2^32 too', () => {
    const ids = traceIdsOf('run', 'job');
    const sequences = [0, 2 ** 32, 2 ** 33, 5 * 2 ** 40].flatMap((from) =>
      Array.from({ length: 5000 }, (_, index) => from + index),
    );
    expect(new Set(sequences.map((sequence) => ids.traceId(sequence))).size).toBe(20_000);
    expect(new Set(sequences.map((sequence) => ids.spanId(sequence))).size).toBe(20_000);
  });

  it('returns different ids for other jobs and runs', () => {
    const ids = ['run 1', 'run 2'].flatMap((run) => ['a', 'b'].map((job) => traceIdOf(run, job, 7)));
    expect(new Set(ids).size).toBe(4);
    // The two texts cannot run into each other unnoticed: run ids and uuids hold no slash.
    expect(traceIdOf('ab', 'c', 0)).not.toBe(traceIdOf('a', 'bc', 0));
  });

  it('varies all digits, so that samplers select a fair share', () => {
    const ids = traceIdsOf('run', 'job');
    for (const digit of [0, 7, 15, 16, 31]) {
      const counts = new Map<string, number>();
      for (let sequence = 0; sequence < 16_000; sequence++) {
        const at = ids.traceId(sequence)[digit] ?? '';
        counts.set(at, (counts.get(at) ?? 0) + 1);
      }
      expect(counts.size).toBe(16);
      expect(Math.min(...counts.values())).toBeGreaterThan(850);
      expect(Math.max(...counts.values())).toBeLessThan(1150);
    }
  });
});
