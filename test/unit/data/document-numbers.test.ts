import { describe, expect, it } from 'vitest';
import type { KeyChoice } from '../../../src/plan/key-choice.ts';
import type { RequestType } from '../../../src/shared/job-type.ts';
import { documentsBefore, numberDocuments } from '../../../src/data/document-numbers.ts';
import { createMix } from '../../../src/data/mix.ts';

type Weighted = readonly [type: RequestType, weight: number, batchSize?: number];

const CONNECTIONS = 10;

/** The numbers of a mixed job's documents, for each of its operations. */
function numbering(
  mixed: readonly Weighted[],
  keys: KeyChoice,
  firstDocument = 0,
  population = firstDocument,
  completedBelow?: () => number,
  documentStride = 1,
  oldest = 0,
) {
  const mix = createMix(
    mixed.map(([, weight]) => weight),
    42,
  );
  const operations = mixed.map(([type, , batchSize = 1]) => ({ type, batchSize }));
  const job = { index: 0, connections: CONNECTIONS, mix: operations };
  const numbers = operations.map((_, operation) =>
    numberDocuments({
      operation,
      keys,
      job,
      mix,
      seed: 1,
      firstDocument,
      documentStride,
      population,
      oldest,
      completedBelow,
    }),
  );
  return { mix, numbers, before: documentsBefore(operations, mix) };
}

it('requests select from the oldest document that earlier jobs left', () => {
  const at = (keys: KeyChoice): readonly number[] => {
    const { numbers } = numbering([['delete', 1]], keys, 100, 100, undefined, 1, 30);
    return Array.from({ length: 80 }, (_, ticket) => numbers[0]!.requestedDocument(ticket));
  };
  expect(at({ distribution: 'sequential' }).slice(0, 72)).toEqual([
    ...Array.from({ length: 70 }, (_, n) => 30 + n),
    30,
    31,
  ]);
  for (const document of at({ distribution: 'uniform' })) {
    expect(document).toBeGreaterThanOrEqual(30);
    expect(document).toBeLessThan(100);
  }
});

const uniform: KeyChoice = { distribution: 'uniform' };

describe('documents of a mixed job', () => {
  it('are numbered without gap or overlap across its writers', () => {
    const { mix, numbers, before } = numbering(
      [
        ['read', 3],
        ['write', 2],
        ['bulk_write', 1, 7],
      ],
      uniform,
      100,
    );
    let next = 100;
    for (let ticket = 0; ticket < 1000; ticket++) {
      const operation = mix.operationOf(ticket);
      expect(before(ticket)).toBe(next - 100);
      if (operation === 0) continue;
      expect(numbers[operation]?.writtenDocument(ticket)).toBe(next);
      expect(numbers[operation]?.requestedDocument(ticket)).toBe(next);
      next += operation === 1 ? 1 : 7;
    }
    expect(next).toBeGreaterThan(1500);
  });

  it('are numbered with a stride beside another writer, and its reads select none of the other', () => {
    const mixed = [
      ['read', 1],
      ['write', 1],
    ] as const;
    const { mix, numbers } = numbering(mixed, uniform, 101, 100, undefined, 3);
    const written = new Set<number>();
    const read = new Set<number>();
    for (let ticket = 0; ticket < 1000; ticket++) {
      if (mix.operationOf(ticket) === 1) written.add(numbers[1]?.writtenDocument(ticket) ?? NaN);
      else read.add(numbers[0]?.requestedDocument(ticket) ?? NaN);
    }
    expect([...written].slice(0, 3)).toEqual([101, 104, 107]);
    const own = [...read].filter((document) => document >= 100);
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((document) => !written.has(document))).toEqual([]);
  });
});

describe('documents of its reads and updates', () => {
  it.each(['uniform', 'sequential'] as const)(
    '%s: selects from existing documents and those written since',
    (distribution) => {
      const { mix, numbers, before } = numbering(
        [
          ['read', 1],
          ['write', 1],
        ],
        { distribution },
        5,
      );
      let newest = 0;
      for (let ticket = 0; ticket < 5000; ticket++) {
        if (mix.operationOf(ticket) !== 0) continue;
        const asked = numbers[0]?.requestedDocument(ticket) ?? -1;
        expect(asked).toBeGreaterThanOrEqual(0);
        expect(asked).toBeLessThan(5 + before(Math.max(0, ticket - CONNECTIONS)) + (ticket < 20 ? 1 : 0));
        newest = Math.max(newest, asked);
      }
      expect(newest).toBeGreaterThan(2000);
    },
  );

  it('latest follows the writes closely', () => {
    const { mix, numbers, before } = numbering(
      [
        ['read', 95],
        ['write', 5],
      ],
      { distribution: 'latest', theta: 0.99 },
      1000,
    );
    let newestAsked = 0;
    let reads = 0;
    for (let ticket = CONNECTIONS; ticket < 50_000; ticket++) {
      if (mix.operationOf(ticket) !== 0) continue;
      reads++;
      if (numbers[0]?.requestedDocument(ticket) === 1000 + before(ticket - CONNECTIONS) - 1) newestAsked++;
    }
    // 1 / zeta(n) of the draws: 0.13 for 1000 documents, 0.115 for 3500.
    expect(newestAsked / reads).toBeGreaterThan(0.11);
    expect(newestAsked / reads).toBeLessThan(0.14);
  });

  it('exclude numbers between known documents and its own, which may be missing', () => {
    const { mix, numbers } = numbering(
      [
        ['read', 1],
        ['write', 1],
      ],
      uniform,
      100,
      50,
    );
    const asked = new Set<number>();
    for (let ticket = 0; ticket < 5000; ticket++) {
      if (mix.operationOf(ticket) === 0) asked.add(numbers[0]?.requestedDocument(ticket) ?? -1);
    }
    expect([...asked].filter((number) => number >= 50 && number < 100)).toEqual([]);
    expect([...asked].some((number) => number >= 100)).toBe(true);
  });

  it('are the first document of the job without existing ones', () => {
    const { numbers } = numbering(
      [
        ['read', 1],
        ['write', 1],
      ],
      uniform,
      0,
    );
    expect(numbers[0]?.requestedDocument(0)).toBe(0);
  });

  it('advance sequentially by the count of reads, not of tickets', () => {
    const { mix, numbers } = numbering(
      [
        ['read', 1],
        ['update', 1],
      ],
      { distribution: 'sequential' },
      1000,
    );
    const asked: number[] = [];
    for (let ticket = 0; asked.length < 20; ticket++) {
      if (mix.operationOf(ticket) === 0) asked.push(numbers[0]?.requestedDocument(ticket) ?? -1);
    }
    expect(asked).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});

describe('with a slow write', () => {
  const halves: readonly Weighted[] = [
    ['read', 1],
    ['write', 1],
  ];
  const choices: readonly KeyChoice[] = [
    uniform,
    { distribution: 'sequential' },
    { distribution: 'latest', theta: 0.99 },
    { distribution: 'zipfian', theta: 0.99, scrambled: true },
    { distribution: 'hotspot', hotKeys: 0.2, hotOperations: 0.8 },
  ];

  it.each(choices)('$distribution: selects only documents with completed writes', (keys) => {
    let over = 0;
    const { mix, numbers, before } = numbering(halves, keys, 100, 50, () => over);
    for (let ticket = 0; ticket < 3000; ticket++) {
      over = Math.floor(ticket / 2);
      if (mix.operationOf(ticket) !== 0) continue;
      const asked = numbers[0]?.requestedDocument(ticket) ?? -1;
      const isKnown = asked >= 0 && asked < 50;
      const isOwn = asked >= 100 && asked < 100 + before(over);
      expect(isKnown || isOwn).toBe(true);
    }
  });

  it('selects the same documents if their writes are complete', () => {
    const free = numbering(halves, uniform, 100);
    const held = numbering(halves, uniform, 100, 100, () => 1000);
    let same = 0;
    let other = 0;
    for (let ticket = 0; ticket < 5000; ticket++) {
      if (free.mix.operationOf(ticket) !== 0) continue;
      const expected = free.numbers[0]?.requestedDocument(ticket) ?? -1;
      const asked = held.numbers[0]?.requestedDocument(ticket) ?? -1;
      if (expected < 100 + held.before(1000)) {
        expect(asked).toBe(expected);
        same++;
      } else other++;
    }
    expect(same).toBeGreaterThan(1000);
    expect(other).toBeGreaterThan(500);
  });

  it('a request keeps its document while writes continue', () => {
    let over = 10;
    const latest: KeyChoice = { distribution: 'latest', theta: 0.99 };
    const { mix, numbers } = numbering(halves, latest, 0, 0, () => over);
    const tickets = Array.from({ length: 20 }, (_, index) => 1000 + index).filter((n) => mix.operationOf(n) === 0);
    const first = tickets.map((ticket) => numbers[0]?.requestedDocument(ticket));
    over = 5000;
    expect(tickets.map((ticket) => numbers[0]?.requestedDocument(ticket))).toEqual(first);
    expect(Math.max(...first.map((number) => number ?? Infinity))).toBeLessThan(10);
  });
});
