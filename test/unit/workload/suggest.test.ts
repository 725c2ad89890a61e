import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, suggest } from '../../../src/workload/suggest.ts';

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['pace', 'pace', 0],
    ['pace', '', 4],
    ['pase', 'pace', 1],
    ['pac', 'pace', 1],
    ['paace', 'pace', 1],
    ['apce', 'pace', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('from %j to %j takes %i edits', (from, to, edits) => {
    expect(editDistance(from, to)).toBe(edits);
  });

  test('is symmetric, 0 only for equal words, and at most the longer length', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});

describe('suggest', () => {
  const fields = ['connections', 'pace', 'timeout', 'think_time', 'metrics_export_url', 'schema'];
  test.each([
    ['conections', 'connections'],
    ['connection', 'connections'],
    ['cnonections', 'connections'],
    ['pase', 'pace'],
    ['time_out', 'timeout'],
    ['thinkTime', 'think_time'],
    ['metrics-export-url', 'metrics_export_url'],
    ['metricsExportURL', 'metrics_export_url'],
    ['shcema', 'schema'],
    ['conn', 'connections'],
    ['metrics', 'metrics_export_url'],
    ['t', undefined],
    ['concurrency', undefined],
    ['xyz', undefined],
    ['p', undefined],
  ])('%s -> %s', (word, expected) => {
    expect(suggest(word, fields)).toBe(expected);
  });

  test('the most similar of several words is suggested', () => {
    expect(suggest('stage', ['stag_es', 'stages', 'stale'])).toBe('stag_es');
    expect(suggest('wrte', ['wart', 'write'])).toBe('write');
    expect(suggest('writ', ['bulk_write', 'write'])).toBe('write');
  });

  test('is a question, or absent', () => {
    expect(didYouMean('pase', fields)).toBe('did you mean `pace`?');
    expect(didYouMean('concurrency', fields)).toBeUndefined();
  });
});
