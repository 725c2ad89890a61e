import { describe, expect, test } from 'vitest';
import { createRecordedMix, type Recording } from '../../../src/data/recorded-requests.ts';

function recordingOf(rows: readonly number[], operations: readonly number[], order: Recording['order']): Recording {
  const shared = {
    rows: new SharedArrayBuffer(rows.length * 4),
    operations: new SharedArrayBuffer(operations.length * 2),
  };
  new Uint32Array(shared.rows).set(rows);
  new Uint16Array(shared.operations).set(operations);
  return { ...shared, order, requests: undefined as never };
}

describe.each(['recorded', 'random'] as const)('requests in %s order', (order) => {
  // More than two blocks of stored counts in a round.
  const rows = Array.from({ length: 9000 }, (_, index) => (index * 7) % 5);
  const mix = createRecordedMix(recordingOf(rows, [0, 1, 1, 2, 300], order), 7, 0);

  test('each ticket is of the operation of its request, and each request is sent once a round', () => {
    const sent = Array.from({ length: 18_000 }, (_, ticket) => mix.operationOf(ticket));
    if (order === 'recorded') expect(sent.slice(9000, 9006)).toEqual([0, 1, 300, 1, 2, 0]);
    for (const round of [sent.slice(0, 9000), sent.slice(9000)]) {
      expect([0, 1, 2, 300].map((one) => round.filter((other) => other === one).length)).toEqual([
        1800, 3600, 1800, 1800,
      ]);
    }
  });

  test('tickets are counted by operation, in any order of the questions', () => {
    const counts = new Map<number, number>();
    const expected: (readonly [number, number, number])[] = [];
    for (let ticket = 0; ticket < 20_000; ticket++) {
      if (ticket % 997 === 0) for (const one of [0, 1, 300]) expected.push([one, ticket, counts.get(one) ?? 0]);
      const operation = mix.operationOf(ticket);
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
    }
    const questions = expected.toReversed().concat(expected);
    expect(questions.map(([one, ticket]) => [one, ticket, mix.countBefore(one, ticket)])).toEqual(questions);
  });
});
